hashtrail.index({"chunk":64,"shards":{"":"w.js"}})
