hashtrail.index({"rows":4,"named":3,"documents":5,"topics":["Caching","Idempotency"],"levels":"11201","months":"2026-11","terms":"","version":"6c22ebe6"})
