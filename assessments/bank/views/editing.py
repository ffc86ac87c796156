"""Writing a question: every save makes its next version, and the page shows at once what candidates would see."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST

import lossref
from assessments.bank import folders, previews, selectors, services, skeletons
from assessments.bank.forms import Editor
from assessments.bank.models import Kind, QuestionVersion, State, WorkingCopy
from assessments.bank.topics import TOPICS
from assessments.bank.views.reading import numbered, own_question
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role
from grader.questions import QuestionFolder

# What a question is not shown without, and what stands in its place.
_HEAD = {"title": "Without a title", "topics": TOPICS[0][0]}
# What the form's buttons and the page's own scripts send beside the fields.
_NO_FIELDS = ("csrfmiddlewaretoken", "add", "variant", "certify")


@dataclasses.dataclass(frozen=True)
class Begun:
    """What an author edits: the question as it was, under which slug, from which version on."""

    before: QuestionFolder
    slug: str = ""
    version: QuestionVersion | None = None
    newest: QuestionVersion | None = None

    @property
    def is_new(self) -> bool:
        return not self.slug

    @property
    def base(self) -> int:
        return self.newest.number if self.newest else 0


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.AUTHOR)
def edit(request: StaffRequest, slug: str) -> HttpResponse:
    return _editor(request, _begin(request, slug))


@require_http_methods(["GET", "HEAD", "POST"])
@require_role(Role.AUTHOR)
def new(request: StaffRequest) -> HttpResponse:
    """Begin a question from the skeleton of its kind; its slug follows from the title."""
    return _editor(request, _begin_new(request, slugify(request.POST.get("title", ""))[:100]))


def _begin(request: StaffRequest, slug: str) -> Begun:
    """Begin from the newest version, or from the one that `?from=` names."""
    held = selectors.versions(own_question(request, slug), reader=request.organisation)
    asked_for = request.GET.get("from", "")
    version = numbered(held, int(asked_for)) if asked_for.isdecimal() and len(asked_for) < 7 else held[0]
    return Begun(folders.question_of(version, selectors.live_spec(version)), slug, version, held[0])


def _begin_new(request: StaffRequest, slug: str) -> Begun:
    kind = request.GET.get("kind", "")
    if kind not in Kind.values:
        raise Http404(f"a question's kind is one of {', '.join(Kind.values)}")
    return Begun(skeletons.question(kind, slug or "new"))


def _editor(request: StaffRequest, begun: Begun) -> HttpResponse:
    if request.method == "POST":
        return _save(request, begun)
    kept = _working_copy(request, begun)
    data = _fields(kept.fields) if kept else None
    return _page(request, begun, Editor(data, question=begun.before), kept=kept)


def _save(request: StaffRequest, begun: Begun) -> HttpResponse:
    if "add" in request.POST:
        return _page(request, begun, Editor(_with_row(request.POST), question=begun.before))
    editor = Editor(request.POST, question=begun.before)
    question = editor.read()
    if question is not None and begun.is_new and _is_taken(request, question.slug):
        editor.head.add_error("title", "A question with this title exists already: choose another title.")
        question = None
    overtaken = _overtaken(request, begun)
    if overtaken:
        editor.head.add_error(None, overtaken)
        question = None
    if question is None:
        _keep(request, begun)
        return _page(request, begun, editor, status=422)
    return _saved(request, begun, question)


def _saved(request: StaffRequest, begun: Begun, question: QuestionFolder) -> HttpResponse:
    version = services.save_version(organisation=request.organisation, question=question, author=request.user)
    _drop(request, begun)
    if version.state == State.RETIRED:
        messages.info(request, f"Nothing was changed: this is version {version.number}, which you can bring back.")
    elif "certify" in request.POST and selectors.live_spec(version).certification is None:
        services.request_certification(spec=selectors.live_spec(version), actor=request.user)
        messages.success(request, f"Saved as version {version.number}; a grader tries it out now.")
    else:
        messages.success(request, f"Saved as version {version.number}, a draft. Certify it before it can be published.")
    address = redirect("bank:question", organisation=request.organisation.slug, slug=question.slug)
    address["Location"] += f"?v={version.number}"
    return address


def _page(
    request: StaffRequest, begun: Begun, editor: Editor, *, kept: WorkingCopy | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "begun": begun,
        "editor": editor,
        "problems": list(editor.problems()) if status != 200 else [],
        "kept": kept,
        "base": kept.base if kept else begun.base,
        "references": lossref.names() if begun.before.kind in {Kind.CODING, Kind.LAB} else (),
    }
    return render(request, "bank/edit.html", context, status=status)


def _overtaken(request: StaffRequest, begun: Begun) -> str:
    """Say who saved a version since this page was opened; the page that says so may save over it."""
    newest = begun.newest
    if newest is None or request.POST.get("base") == str(newest.number):
        return ""
    return (
        f"{newest.created_by or 'Somebody'} saved version {newest.number} since you began. "
        "Compare it with what you have; saving again makes the next version from yours"
    )


def _is_taken(request: StaffRequest, slug: str) -> bool:
    return slug in folders.RESERVED or selectors.question(request.organisation, slug) is not None


def _with_row(data: QueryDict) -> QueryDict:
    """Give the fields with one more row in the list that the button names."""
    grown = data.copy()
    name = f"{data['add']}-TOTAL_FORMS"
    total = str(data.get(name, ""))
    if total.isdecimal() and len(total) < 4:
        grown[name] = str(int(total) + 1)
    return grown


def _with_a_head(data: QueryDict) -> QueryDict:
    """Give the fields with something in place of the head that is still to come: the rest can be shown without it."""
    filled = data.copy()
    for name, value in _HEAD.items():
        if not data.get(name):
            filled[name] = value
    return filled


def _fields(kept: Mapping[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in kept.items():
        data.setlist(name, values)
    return data


def _working_copy(request: StaffRequest, begun: Begun) -> WorkingCopy | None:
    kind = begun.before.kind
    return selectors.working_copy(request.organisation, request.user, slug=begun.slug, kind=kind)


def _keep(request: StaffRequest, begun: Begun) -> WorkingCopy:
    fields = {name: values for name, values in request.POST.lists() if name not in _NO_FIELDS}
    base = request.POST.get("base", "")
    return services.keep_working_copy(
        organisation=request.organisation,
        author=request.user,
        slug=begun.slug,
        kind=begun.before.kind,
        base=int(base) if base.isdecimal() and len(base) < 9 else 0,
        fields={name: [str(value) for value in values] for name, values in fields.items()},
    )


def _drop(request: StaffRequest, begun: Begun) -> None:
    services.drop_working_copy(
        organisation=request.organisation, author=request.user, slug=begun.slug, kind=begun.before.kind
    )


@require_POST
@require_role(Role.AUTHOR)
def discard(request: StaffRequest, slug: str) -> HttpResponse:
    """Forget what was typed and not saved."""
    begun = _begin_or_new(request, slug)
    _drop(request, begun)
    messages.info(request, "What you had typed and not saved is gone.")
    if begun.is_new:
        address = redirect("bank:new", organisation=request.organisation.slug)
        address["Location"] += f"?kind={begun.before.kind}"
        return address
    return redirect("bank:edit", organisation=request.organisation.slug, slug=slug)


def _begin_or_new(request: StaffRequest, slug: str) -> Begun:
    return _begin_new(request, "") if slug in folders.RESERVED else _begin(request, slug)


@require_POST
@require_role(Role.AUTHOR)
def preview(request: StaffRequest, slug: str) -> HttpResponse:
    """Show the fields as typed the way a candidate would see them, or say what keeps them from it; keep what was typed.

    Nothing becomes a version here.
    """
    begun = _begin_or_new(request, slug)
    editor = Editor(request.POST, question=begun.before)
    kept = None
    if editor.has_changed():
        kept = _keep(request, begun)
    else:
        _drop(request, begun)
    question = Editor(_with_a_head(request.POST), question=begun.before).read()
    context: dict[str, object] = {"kept": kept, "lacking": [name for name in _HEAD if not request.POST.get(name)]}
    if question is None:
        editor.read()
        context |= {"problems": list(editor.problems())}
    else:
        context |= previews.of_folder(question, request.POST.get("variant", ""))
    return render(request, "bank/_preview.html", context)
