"""The paper's open questions: looped Transformers, and other ways to train (docs/questions.md)."""
