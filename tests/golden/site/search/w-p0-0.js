hashtrail.words("p0",0,"date:2026 30\ndate:2026-11 3|k\nevery |||3\nidempotency ||3\nkind:note 30\nmay |||3\nrun |||3\nstep |||3\ntopic:idempotency 30\ntwice |||3")
