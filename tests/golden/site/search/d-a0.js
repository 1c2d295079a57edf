hashtrail.documents("a0",[0,[1,"Locks with a lease","/leases","blog.example","","2026-11-19",[0],"A summary."]])
