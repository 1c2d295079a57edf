hashtrail.segment("p0",{"count":1,"levels":"0000","ranks":[],"months":"2026-11","spellings":false,"terms":""})
