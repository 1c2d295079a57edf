hashtrail.index({"rows":{"a":5,"p":20,"n":5},"topics":["Caching","Idempotency"],"segments":[["n",0,3,"d5d8a0e679982aa6"],["a",0,2,"7ed8be5b90ad87fe"],["p",0,4,"14793084d3218923"]]})
