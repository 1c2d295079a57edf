hashtrail.documents("p0",[0,0,0,["post/3.html","Every step may run twice.","","pasted post","note","2026-11-20",[1],"Every step may run twice."]])
