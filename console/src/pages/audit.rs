//! Who did what? The audit log, the newest first, a page at a time.

use fanfare_shared::team::Right;
use fanfare_shared::wire::account::Me;
use fanfare_shared::wire::team::{AuditEntry, AuditPage, TeamList};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::nothing::Forbidden;
use crate::api::{api, in_query};
use crate::browser::{self, Values};
use crate::form::Form;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::empty::Empty;
use crate::parts::export::Exports;
use crate::parts::field::Choice;
use crate::parts::header::Header;
use crate::parts::load::{Skeleton, Trouble};
use crate::parts::table::Table;
use crate::session::{brand_name, session};
use crate::words::{Words, words};

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Filter {
    action: String,
    member: String,
    brand: String,
}

impl Filter {
    fn address(&self, before: Option<u64>) -> String {
        let mut address = String::from("/api/v1/audit?limit=50");
        let before = before.map(|n| n.to_string()).unwrap_or_default();
        let parts =
            [("action", &self.action), ("member", &self.member), ("brand", &self.brand), ("before", &before)];
        for (name, value) in parts {
            if !value.is_empty() {
                address.push_str(&["&", name, "=", &in_query(value)].concat());
            }
        }
        address
    }
}

/// The page.
#[component]
pub(crate) fn Audit() -> impl IntoView {
    let session = session();
    let mine = Memo::new(move |_| session.may_somewhere(Right::Audit));
    move || if mine.get() { view! { <Log /> }.into_any() } else { view! { <Forbidden /> }.into_any() }
}

#[component]
fn Log() -> impl IntoView {
    let (words, api, session) = (words(), api(), session());
    let filter = RwSignal::new(Filter::default());
    let first = api.read::<AuditPage>(move || filter.with(|filter| filter.address(None)));
    // What was read after the first page; another filter begins anew.
    let older = RwSignal::new(Vec::<AuditEntry>::new());
    let next = RwSignal::new(None::<u64>);
    let form = Form::new();
    let more = move || {
        let Some(before) = next.get_untracked() else { return };
        let asked = filter.get_untracked();
        let read = {
            let asked = asked.clone();
            let address = move |before| asked.address(Some(before));
            api.further(before, address, |page: &AuditPage| page.next.filter(|_| page.entries.is_empty()))
        };
        form.send(read, move |page| {
            // Not the lines of a filter that somebody has left meanwhile.
            if filter.with_untracked(|filter| *filter == asked) {
                older.update(|older| older.extend(page.entries));
                next.set(page.next);
            }
        });
    };
    Effect::new(move |_| {
        let page = first.get().and_then(Result::ok);
        older.set(Vec::new());
        next.set(page.as_ref().and_then(|page| page.next));
        // What is rare lies further back.
        if page.is_some_and(|page| page.entries.is_empty()) {
            more();
        }
    });
    let rows = move || match first.get() {
        None => view! { <Skeleton /> }.into_any(),
        Some(Err(fault)) => view! { <Trouble fault again=move || first.again() /> }.into_any(),
        Some(Ok(page)) if page.entries.is_empty() && older.with(Vec::is_empty) => {
            if next.with(Option::is_some) && form.fault.with(Option::is_none) {
                return view! { <Skeleton /> }.into_any();
            }
            let empty = filter.with(|filter| *filter == Filter::default());
            let text = if empty { "audit.none.text" } else { "audit.none.filter" };
            view! { <Empty title=words.t("audit.none") text=words.t(text) /> }.into_any()
        }
        Some(Ok(page)) => {
            let Some(me) = session.me_now() else { return ().into_any() };
            let entries = page.entries.into_iter().chain(older.get());
            let rows = entries.map(|entry| row(words, &me, entry)).collect_view();
            let heads = ["audit.when", "audit.who", "audit.what", "audit.where", "audit.proof"];
            view! {
                <Table caption=words.t("audit.title") heads=heads.map(|head| words.t(head)).to_vec()>{rows}</Table>
            }
            .into_any()
        }
    };
    let button = move || {
        let busy = move || form.busy.get().then_some("true");
        next.get().map(|_| {
            view! {
                <div class="acts">
                    <button type="button" class="btn" aria-busy=busy on:click=move |_| more()>{words.t("audit.more")}</button>
                </div>
            }
        })
    };
    view! {
        <Header title=words.t("audit.title").to_owned() below=words.t("audit.text") />
        <Filters filter />
        <Exports base="/api/v1/audit/export" label=words.t("export.audit") />
        {rows}
        <FormTrouble form />
        {button}
    }
}

#[component]
fn Filters(filter: RwSignal<Filter>) -> impl IntoView {
    let (words, api, session, form) = (words(), api(), session(), Form::new());
    let anything = move || vec![(String::new(), words.t("audit.any").to_owned())];
    // Names for the list of members; whoever may not see the team filters by the rest.
    let may = untrack(|| session.may_somewhere(Right::Team));
    let team = may.then(|| api.read::<TeamList>(|| String::from("/api/v1/members")));
    let members = move || {
        let Some(Ok(team)) = team?.get() else { return None };
        let members = team.members.into_iter().map(|member| (member.id.to_hex(), member.name));
        let options = anything().into_iter().chain(members).collect();
        Some(view! { <Choice form name="member" label=words.t("audit.who") options /> })
    };
    let brands = session.me_now().map(|me| me.brands).unwrap_or_default();
    let brands = brands.into_iter().map(|brand| (brand.id.to_string(), brand.name));
    let brands = anything().into_iter().chain(brands).collect::<Vec<_>>();
    let actions = anything().into_iter().chain(words.kinds("action.")).collect::<Vec<_>>();
    let ask = move |event: SubmitEvent| {
        let values = Values::of(&event);
        filter.set(Filter {
            action: values.get("action"),
            member: values.get("member"),
            brand: values.get("brand"),
        });
    };
    view! {
        <form class="filters" role="search" aria-label=words.t("audit.filter") novalidate on:submit=ask>
            <Choice form name="action" label=words.t("audit.action") options=actions />
            {members}
            <Choice form name="brand" label=words.t("audit.where") options=brands />
            <div class="acts"><Submit form label=words.t("audit.filter") class="btn" /></div>
        </form>
    }
}

/// Who it was, in words.
fn actor(words: Words, entry: &AuditEntry) -> String {
    match entry.actor.as_str() {
        "server" => words.t("audit.server").to_owned(),
        "owner-token" => words.t("audit.token").to_owned(),
        id => entry.actor_name.clone().unwrap_or_else(|| words.fill("audit.gone", &[("id", short(id))])),
    }
}

/// With which of their tokens, in words; none where they were signed in.
fn token(words: Words, entry: &AuditEntry) -> Option<String> {
    let id = entry.token?.to_hex();
    let label = entry.token_label.as_deref().unwrap_or(short(&id));
    Some(words.fill("audit.by", &[("token", label)]))
}

/// An id by its beginning; a name as it is.
fn short(subject: &str) -> &str {
    let id = subject.len() == 32 && subject.bytes().all(|byte| byte.is_ascii_hexdigit());
    subject.get(..8).filter(|_| id).unwrap_or(subject)
}

/// A hash in groups of four, so that two can be compared by eye.
pub(crate) fn grouped(hash: &str) -> String {
    let digits: Vec<char> = hash.chars().collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

fn row(words: Words, me: &Me, entry: AuditEntry) -> impl IntoView + use<> {
    let action = words.find(&["action.", &entry.action].concat());
    let action = action.map_or_else(|| entry.action.clone(), str::to_owned);
    let place = entry.brand.as_ref();
    let place = place.map_or_else(|| words.t("audit.whole").to_owned(), |brand| brand_name(me, brand));
    let about: Vec<&str> =
        [short(&entry.subject), &entry.detail].into_iter().filter(|it| !it.is_empty()).collect();
    let about = about.join(" · ");
    view! {
        <tr>
            <td class="when">{browser::moment(entry.at, words.lang.tag())}</td>
            <td>{actor(words, &entry)} {token(words, &entry).map(|by| view! { <br /><span class="soft">{by}</span> })}</td>
            <td>
                <strong>{action}</strong>
                <br />
                <span class="soft">{about}</span>
            </td>
            <td>{place}</td>
            <td>
                <details>
                    <summary>{words.fill("audit.line", &[("n", &entry.n.to_string())])}</summary>
                    <p class="hash">{grouped(&entry.hash)}</p>
                </details>
            </td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn the_address_carries_what_is_asked_for_and_nothing_else() {
        assert_eq!(Filter::default().address(None), "/api/v1/audit?limit=50");
        let filter = Filter { action: "a b&c".into(), brand: "aurora".into(), ..Filter::default() };
        assert_eq!(filter.address(Some(7)), "/api/v1/audit?limit=50&action=a%20b%26c&brand=aurora&before=7");
    }

    #[test]
    fn a_hash_is_read_in_groups_of_four() {
        assert_eq!(grouped("0123456789"), "0123 4567 89");
    }

    #[test]
    fn who_left_is_told_by_the_begin_of_their_id() {
        let entry: AuditEntry = serde_json::from_str(&format!(
            r#"{{"n":1,"at":0,"actor":"{}","action":"x","hash":"00"}}"#,
            "ab".repeat(16)
        ))
        .unwrap();
        assert!(actor(Words::of(Lang::En), &entry).contains("abababab"));
        assert_eq!(token(Words::of(Lang::En), &entry), None);
        let by = AuditEntry { token: Some("cd".repeat(16).parse().unwrap()), ..entry };
        assert!(token(Words::of(Lang::En), &by).unwrap().contains("cdcdcdcd"));
        let by = AuditEntry { token_label: Some("Grafana".into()), ..by };
        assert!(token(Words::of(Lang::En), &by).unwrap().contains("Grafana"));
    }
}
