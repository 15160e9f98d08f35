"""The look of every page: layout, macros, styles, languages, streams. It knows no domain word.

A page in five lines, `templates/clusters/list.html` in the folder of the service that answers with
`render(request, "clusters/list.html", clusters=…)` of `services.chassis.ui.render`:

    {% extends "page.html" %}
    {% block title %}{{ _("Clusters") }}{% endblock %}
    {% block actions %}{{ ui.link_button(_("Register a cluster"), "/…", "primary") }}{% endblock %}
    {% block main %}{{ ui.table(clusters, [{"key": "name", "label": _("Name"), "sort": true},
        {"key": "members", "label": _("Members"), "number": true}], _("Clusters")) }}{% endblock %}

A cell that is more than a value is written by a caller, which gets the row and the column's key:

    {% call(cluster, column) ui.table(clusters, columns, _("Clusters")) %}
      {%- if column == "name" %}<a href="…">{{ cluster.name }}</a>{% else %}…{% endif -%}
    {% endcall %}

Every template sees `ui` (the macros of `templates/macros.html`), `t` (words, dates and numbers in
the reader's language), `actor`, `service` and `here(**changes)`, this address with other filters;
nothing is imported. `render(…, fragment="rows")` answers htmx with the block `rows` alone.
A refused form is rendered again: `render(…, status=422, faults=refusal.faults)`.
After a write: `return see_other(f"/registry/clusters/{number}", note=t.gettext("…"))`, with `t`
from `request.state`. Words of enumerations stand in Python as `Word("visit state", "Planning")` and
are shown by `t.word(…)`.
The gallery (`/{service}/gallery`, demo mode) shows every macro in every state.
"""
