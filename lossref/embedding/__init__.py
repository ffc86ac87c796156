"""Losses of embeddings: angles, distances, and comparisons within a batch."""

from lossref.embedding import batch, cosine, distances
from lossref.embedding.batch import circle, info_nce, nt_xent
from lossref.embedding.cosine import cosine_distance, cosine_embedding, cosine_similarity
from lossref.embedding.distances import contrastive, triplet_margin

__all__ = [
    "SPECS",
    "circle",
    "contrastive",
    "cosine_distance",
    "cosine_embedding",
    "cosine_similarity",
    "info_nce",
    "nt_xent",
    "triplet_margin",
]

SPECS = (*cosine.SPECS, *distances.SPECS, *batch.SPECS)
