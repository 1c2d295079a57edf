hashtrail.index({"rows":{"a":5,"p":20,"n":5},"topics":["Caching","Idempotency"],"segments":[["n",0,3,"d5d8a0e679982aa6"],["a",0,2,"e7f194680f420d6e"],["p",0,4,"c36cc645c67609b4"]]})
