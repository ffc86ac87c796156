"""The topics that the bank covers: slug, title, in the order in which lists show them."""

TOPICS = (
    ("foundations", "Foundations"),
    ("regression", "Regression"),
    ("binary", "Binary classification"),
    ("multiclass", "Multi-class classification"),
    ("margin", "Margins and surrogates"),
    ("comparison", "Comparing losses"),
    ("regularization", "Regularization"),
    ("metrics", "Metrics"),
    ("optimization", "Optimization"),
    ("custom", "Custom and weighted losses"),
    ("ranking_embedding", "Ranking and embeddings"),
    ("generative_adversarial", "Generative and adversarial"),
    ("analysis", "Analysis of training"),
    ("numerics", "Numerics"),
    ("applications", "Applications"),
    ("practice", "Practice"),
)
TITLES = dict(TOPICS)
