"""How good synthetic tables are, how long they take, what they need: `bench.synth.one` a data set, `bench.synth` all of them."""
