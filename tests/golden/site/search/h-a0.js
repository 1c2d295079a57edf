hashtrail.segment("a0",{"count":1,"levels":"00","ranks":[0.0],"months":"2026-11","spellings":true,"terms":""})
