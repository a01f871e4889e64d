//! Giving a member other roles: a list of roles and places, of which the last may be taken away too.

use fanfare_shared::team::{Grant, Right, Role, allowed};
use fanfare_shared::wire::account::Me;
use fanfare_shared::wire::team::{GrantsChange, MemberView};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::invite::options;
use crate::api::api;
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::{FormTrouble, Submit};
use crate::session::places;
use crate::words::words;

/// Whether this role is for me to give and take.
pub(super) fn within(me: &Me, grant: &Grant) -> bool {
    allowed(&me.grants, Right::Team, grant.brand.as_ref())
}

/// A line of the form, with a number that stays its own.
#[derive(Clone, PartialEq)]
struct Line {
    key: usize,
    grant: Grant,
}

/// What is sent: each role once, whatever lines say twice.
fn change(lines: &[Line]) -> GrantsChange {
    let mut grants: Vec<Grant> = lines.iter().map(|line| line.grant.clone()).collect();
    grants.sort();
    grants.dedup();
    GrantsChange { grants }
}

/// The form.
#[component]
pub(super) fn GrantsForm(
    me: Me,
    member: MemberView,
    done: impl Fn() + Copy + Send + 'static,
    close: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let (words, api, announcer, form) = (words(), api(), announcer(), Form::new());
    let theirs = member.grants.iter().filter(|grant| within(&me, grant)).cloned();
    let lines = theirs.enumerate().map(|(key, grant)| Line { key, grant }).collect::<Vec<_>>();
    let next = StoredValue::new(lines.len());
    let lines = RwSignal::new(lines);
    let places = places(&me);
    let first = places.first().cloned().flatten();
    let options = StoredValue::new(options(words, &me, &places));
    let add = move |_| {
        let key = next.get_value();
        next.set_value(key + 1);
        let grant = Grant { brand: first.clone(), role: Role::Viewer };
        lines.update(|lines| lines.push(Line { key, grant }));
    };
    let address = ["/api/v1/members/", &member.id.to_hex(), "/grants"].concat();
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let (address, change) = (address.clone(), lines.with_untracked(|lines| change(lines)));
        form.send(async move { api.put::<MemberView>(&address, &change).await }, move |_| {
            announcer.say(words.t("team.changed"));
            done();
        });
    };
    let none = move || {
        lines.with(Vec::is_empty).then(|| view! { <p class="note warn">{words.t("team.change.none")}</p> })
    };
    view! {
        <form class="form" novalidate on:submit=save>
            <p class="soft">{words.fill("team.change.text", &[("name", &member.name)])}</p>
            <For each=move || lines.get() key=|line| line.key let(line)>
                <GrantLine line lines options />
            </For>
            {none}
            <button type="button" class="link" on:click=add>{words.t("team.change.add")}</button>
            <FormTrouble form />
            <div class="acts">
                <button type="button" class="btn" on:click=move |_| close()>{words.t("cancel")}</button>
                <Submit form label=words.t("save") />
            </div>
        </form>
    }
}

#[component]
fn GrantLine(
    line: Line,
    lines: RwSignal<Vec<Line>>,
    options: StoredValue<Vec<(String, String)>>,
) -> impl IntoView {
    let words = words();
    let key = line.key;
    let change = move |change: &dyn Fn(&mut Grant)| {
        lines.update(|lines| {
            if let Some(line) = lines.iter_mut().find(|line| line.key == key) {
                change(&mut line.grant);
            }
        });
    };
    let role = move |event| {
        let word = event_target_value(&event);
        if let Some(role) = Role::ALL.into_iter().find(|role| role.word() == word) {
            change(&|grant| grant.role = role);
        }
    };
    let place = move |event| {
        let brand = event_target_value(&event);
        change(&|grant| grant.brand = brand.parse().ok());
    };
    let roles = Role::ALL.map(|role| {
        let text = words.kind("role.", role.word());
        view! { <option value=role.word() selected=role == line.grant.role>{text}</option> }
    });
    let brand = line.grant.brand.as_ref().map(ToString::to_string).unwrap_or_default();
    let places = options.get_value().into_iter().map(|(id, text)| {
        let chosen = id == brand;
        view! { <option value=id selected=chosen>{text}</option> }
    });
    let away = move |_| lines.update(|lines| lines.retain(|line| line.key != key));
    view! {
        <div class="row">
            <div class="field">
                <select aria-label=words.t("invite.role") on:change=role>{roles.collect_view()}</select>
            </div>
            <div class="field">
                <select aria-label=words.t("invite.where") on:change=place>{places.collect_view()}</select>
            </div>
            <button type="button" class="btn" on:click=away>{words.t("team.change.remove")}</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_stands_twice_is_sent_once() {
        let line = |key, role| Line { key, grant: Grant { brand: None, role } };
        let change = change(&[line(0, Role::Viewer), line(1, Role::Editor), line(2, Role::Viewer)]);
        let roles: Vec<Role> = change.grants.iter().map(|grant| grant.role).collect();
        assert_eq!(roles, [Role::Editor, Role::Viewer]);
    }
}
