hashtrail.segment("n0",{"count":3,"levels":"012","ranks":[],"months":"","spellings":true,"terms":""})
