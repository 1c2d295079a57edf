hashtrail.index({"rows":{"a":5,"p":20,"n":5},"topics":["Caching","Idempotency"],"segments":[["n",0,3,"d5d8a0e679982aa6"],["a",0,2,"f8bef5e363c4c880"],["p",0,4,"c5b3038e0c85d983"]]})
