"""The semantic layer: what each number means and how to ask for it."""

from metrics.asking import ask
from metrics.question import Question
from metrics.registry import HEADLINE, METRICS, metric_named
from metrics.scope import Scope

__all__ = ["HEADLINE", "METRICS", "Question", "Scope", "ask", "metric_named"]
