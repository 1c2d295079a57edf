hashtrail.index({"rows":6,"named":3,"documents":5,"topics":["Caching","Idempotency"],"levels":"11201","months":"2026-11","terms":"a","version":"cba9fedc"})
