"""What authors fill in: the list's filters, and a question as fields."""

from assessments.bank.forms.editor import Editor
from assessments.bank.forms.exchange import ExportForm, ImportForm
from assessments.bank.forms.filters import FilterForm
from assessments.bank.forms.steps import SeedsForm

__all__ = ["Editor", "ExportForm", "FilterForm", "ImportForm", "SeedsForm"]
