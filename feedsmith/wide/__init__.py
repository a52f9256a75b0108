"""Feeds of more articles than one machine should hold: bodies stay in shards, rows are merged.

`batches` parses and writes shards of articles (`shards`, Parquet by month), `settling` gives the
rows of each part of the ledger their ids, `merge` picks the newest of each topic, `gathering` leads
and publishes them with the same code as every build. A batch that is written is never parsed again,
so a run that was stopped is taken up where it was.
"""
