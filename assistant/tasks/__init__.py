"""Documents and a task in, long cited work out: summaries, reviews, tables, translations, texts."""
