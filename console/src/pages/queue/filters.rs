//! The views of the queue: those that everybody has, those that one keeps, and what else can be asked for.

use fanfare_shared::wire::overview::CampaignList;
use fanfare_shared::wire::queue::{CaseKind, Preferences, SavedView};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::Desk;
use super::view::{View, usual};
use crate::api::api;
use crate::browser::Values;
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::field::{Choice, Field};
use crate::words::words;

/// The views as a row of links, and the filters behind them.
#[component]
pub(super) fn Views(desk: Desk) -> impl IntoView {
    let (words, api) = (words(), api());
    let kept = api.read::<Preferences>(|| String::from("/api/v1/me/preferences"));
    let link = move |name: String, view: View| {
        let address = ["/console", &view.address(None)].concat();
        let current = move || desk.view.with(|now| *now == view).then_some("page");
        view! { <a href=address aria-current=current>{name}</a> }
    };
    let own = move || {
        let views = kept.get().and_then(Result::ok).map(|it| it.views).unwrap_or_default();
        let views = views.into_iter().map(|SavedView { name, query }| link(name, View::read(&query)));
        views.collect_view()
    };
    let usual = usual().map(|(key, view)| link(words.t(key).to_owned(), view)).collect_view();
    view! {
        <nav class="tabs" aria-label=words.t("queue.views")>{usual}{own}</nav>
        <details>
            <summary>{words.t("queue.filter")}</summary>
            <Filters desk />
            <Keep desk kept />
        </details>
    }
}

#[component]
fn Filters(desk: Desk) -> impl IntoView {
    let (words, form) = (words(), Form::new());
    let any = move || (String::new(), words.t("audit.any").to_owned());
    let kinds = CaseKind::ALL.map(|kind| (kind.word().to_owned(), words.kind("kind.", kind.word())));
    let kinds: Vec<_> = std::iter::once(any()).chain(kinds).collect();
    let campaigns = api().read::<CampaignList>(|| String::from("/api/v1/campaigns"));
    let ask = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let view = desk.view.get_untracked();
        let view = View { kind: values.get("kind"), campaign: values.get("campaign"), ..view };
        desk.go.with_value(|go| go(&view.address(None)));
    };
    let fields = move || {
        let View { kind, campaign, .. } = desk.view.get();
        let list = campaigns.get().and_then(Result::ok).map(|it| it.campaigns).unwrap_or_default();
        let list =
            list.into_iter().map(|it| (it.campaign.to_string(), it.title.get(words.lang.tag()).to_owned()));
        let list = std::iter::once(any()).chain(list).collect::<Vec<_>>();
        view! {
            <Choice form name="kind" label=words.t("queue.kind") options=kinds.clone() value=kind />
            <Choice form name="campaign" label=words.t("queue.campaign") options=list value=campaign />
        }
    };
    view! {
        <form class="filters" aria-label=words.t("queue.filter") novalidate on:submit=ask>
            {fields}
            <div class="acts"><Submit form label=words.t("queue.show") class="btn" /></div>
        </form>
    }
}

/// Keeps the view that is looked at under a name, or lets it go.
#[component]
fn Keep(desk: Desk, kept: crate::api::Read<Preferences>) -> impl IntoView {
    let (words, api, form, say) = (words(), api(), Form::new(), announcer());
    let put = move |change: Box<dyn FnOnce(&mut Preferences)>| {
        let Some(Ok(mut wanted)) = untrack(|| kept.get()) else { return };
        change(&mut wanted);
        wanted.lang = Some(words.lang.tag().to_owned());
        let request = async move { api.put::<Preferences>("/api/v1/me/preferences", &wanted).await };
        form.send(request, move |_| {
            say.say(words.t("queue.kept"));
            kept.again();
        });
    };
    let keep = move |event: SubmitEvent| {
        let values = Values::of(&event);
        if !form.demand(&values, &[("views", "queue.keep.missing")]) {
            return;
        }
        let view = SavedView { name: values.trimmed("views"), query: desk.view.get_untracked().query() };
        put(Box::new(move |wanted| wanted.views.push(view)));
    };
    let mine = move || {
        let query = desk.view.with(View::query);
        kept.get().and_then(Result::ok).is_some_and(|it| it.views.iter().any(|view| view.query == query))
    };
    let forget = move |_| {
        let query = desk.view.get_untracked().query();
        put(Box::new(move |wanted| wanted.views.retain(|view| view.query != query)));
    };
    view! {
        <Show when=move || !desk.view.with(View::is_usual) && !mine()>
            <form class="row" novalidate on:submit=keep>
                <Field form name="views" label=words.t("queue.keep.name") />
                <Submit form label=words.t("queue.keep") class="btn" />
            </form>
        </Show>
        <Show when=mine>
            <div class="acts">
                <button type="button" class="btn" on:click=forget>{words.t("queue.keep.forget")}</button>
            </div>
        </Show>
        <FormTrouble form />
    }
}
