//! The team: who belongs to it, who is invited, and who may do what.

mod grants;
mod invite;
mod reset;

use fanfare_shared::team::{Grant, Right};
use fanfare_shared::wire::account::Me;
use fanfare_shared::wire::team::{InvitationView, MemberView, TeamList};
use leptos::prelude::*;

use super::nothing::Forbidden;
use crate::api::{Read, api};
use crate::borrowed::upper;
use crate::browser;
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::FormTrouble;
use crate::parts::chip::Chip;
use crate::parts::dialog::Dialog;
use crate::parts::header::Header;
use crate::parts::load::loaded;
use crate::session::{brand_name, places, session};
use crate::time::distance;
use crate::words::{Words, words};

use self::grants::{GrantsForm, within};
use self::invite::InviteForm;
use self::reset::ResetForm;

/// What stands in front of the list.
#[derive(Clone, PartialEq)]
enum Asking {
    Nothing,
    Grants(MemberView),
    Part(MemberView),
    Reset(MemberView),
}

/// The page.
#[component]
pub(crate) fn Team() -> impl IntoView {
    let session = session();
    let mine = Memo::new(move |_| session.may_somewhere(Right::Team));
    move || if mine.get() { view! { <Members /> }.into_any() } else { view! { <Forbidden /> }.into_any() }
}

#[component]
fn Members() -> impl IntoView {
    let (words, api, session) = (words(), api(), session());
    let team: Read<TeamList> = api.read(|| String::from("/api/v1/members"));
    let asking = RwSignal::new(Asking::Nothing);
    let inviting = RwSignal::new(false);
    let again = move || team.again();
    let toggle = move || {
        (!inviting.get()).then(|| {
            view! {
                <button type="button" class="btn go" id="begin-invite" on:click=move |_| inviting.set(true)>
                    {words.t("team.invite")}
                </button>
            }
        })
    };
    let form = move || {
        let me = session.me().filter(|_| inviting.get())?;
        let places = places(&me);
        let close = move || {
            inviting.set(false);
            browser::focus("#begin-invite");
        };
        Some(view! { <InviteForm me places invited=again close /> })
    };
    let list = loaded(team, move |team: TeamList| {
        let Some(me) = session.me() else { return ().into_any() };
        let members = team.members.into_iter().map(|member| member_row(words, &me, member, asking));
        let members = members.collect_view();
        let open = (!team.invitations.is_empty()).then(|| {
            let rows = team.invitations.into_iter().map(|invitation| {
                view! { <Invitation me=me.clone() invitation again /> }
            });
            view! {
                <section class="part">
                    <h2>{words.t("team.invitations")}</h2>
                    <ul class="list">{rows.collect_view()}</ul>
                </section>
            }
        });
        view! {
            <section class="part">
                <h2>{words.t("team.members")}</h2>
                <ul class="list">{members}</ul>
            </section>
            {open}
        }
        .into_any()
    });
    view! {
        <Header title=words.t("team.title").to_owned() below=words.t("team.text")>{toggle}</Header>
        {form}
        {list}
        <Questions asking again />
    }
}

/// "Editor in Gelateria Aurora".
fn in_words(words: Words, me: &Me, grant: &Grant) -> String {
    let role = words.kind("role.", grant.role.word());
    match &grant.brand {
        Some(brand) => words.fill("team.grant.brand", &[("role", &role), ("brand", &brand_name(me, brand))]),
        None => words.fill("team.grant.whole", &[("role", &role)]),
    }
}

/// The first letters of the first two words.
fn initials(name: &str) -> String {
    let first: String = name.split_whitespace().take(2).filter_map(|word| word.chars().next()).collect();
    upper(&first)
}

fn member_row(words: Words, me: &Me, member: MemberView, asking: RwSignal<Asking>) -> impl IntoView + use<> {
    let itself = member.id == me.id;
    let grants = member.grants.iter().map(|grant| view! { <Chip text=in_words(words, me, grant) /> });
    let grants = grants.collect_view();
    let mine = member.grants.iter().any(|grant| within(me, grant));
    let whole = member.grants.iter().all(|grant| within(me, grant));
    let (change, part, reset) = (member.clone(), member.clone(), member.clone());
    let acts = mine.then(|| {
        view! {
            <div class="acts">
                <button
                    type="button"
                    class="btn small"
                    aria-label=words.fill("team.change.of", &[("name", &member.name)])
                    on:click=move |_| asking.set(Asking::Grants(change.clone()))
                >
                    {words.t("team.change")}
                </button>
                {whole
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="btn small"
                                aria-label=words.fill("reset.make.of", &[("name", &reset.name)])
                                on:click=move |_| asking.set(Asking::Reset(reset.clone()))
                            >
                                {words.t("reset.make.short")}
                            </button>
                        }
                    })}
                {(!itself)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="btn small grave"
                                aria-label=words.fill("team.part.of", &[("name", &part.name)])
                                on:click=move |_| asking.set(Asking::Part(part.clone()))
                            >
                                {words.t("team.part")}
                            </button>
                        }
                    })}
            </div>
        }
    });
    let since = words.fill("team.since", &[("when", &distance(words, member.joined, browser::now()))]);
    view! {
        <li>
            <div class="line stack">
                <div class="person">
                    <span class="face" aria-hidden="true">{initials(&member.name)}</span>
                    <div class="what">
                        <p>
                            <strong>{member.name.clone()}</strong>
                            {itself.then(|| view! { <Chip text=words.t("team.you") /> })}
                            {member.authenticator.then(|| view! { <Chip tone="good" text=words.t("team.authenticator") /> })}
                        </p>
                        <p>{member.email.clone()} " · " {since}</p>
                        <div class="chips">{grants}</div>
                    </div>
                </div>
                {acts}
            </div>
        </li>
    }
}

#[component]
fn Invitation(me: Me, invitation: InvitationView, again: impl Fn() + Copy + Send + 'static) -> impl IntoView {
    let (words, api, announcer, form) = (words(), api(), announcer(), Form::new());
    let mine = within(&me, &invitation.grant);
    let until = words.fill("team.until", &[("when", &distance(words, invitation.until, browser::now()))]);
    let note =
        if invitation.note.is_empty() { words.t("team.note.none").to_owned() } else { invitation.note };
    let address = ["/api/v1/invitations/", &invitation.id.to_hex()].concat();
    let cancel = move |_| {
        let address = address.clone();
        form.send(async move { api.delete(&address).await }, move |()| {
            announcer.say(words.t("team.cancelled"));
            again();
        });
    };
    let act = mine.then(|| {
        let busy = move || form.busy.get().then_some("true");
        view! {
            <button type="button" class="btn small" aria-busy=busy on:click=cancel>{words.t("team.cancel")}</button>
        }
    });
    view! {
        <li>
            <div class="line stack">
                <div class="what">
                    <strong>{note}</strong>
                    <p>{in_words(words, &me, &invitation.grant)} " · " {until}</p>
                </div>
                {act}
            </div>
            <FormTrouble form />
        </li>
    }
}

/// The questions in front of the list: other roles, and parting.
#[component]
fn Questions(asking: RwSignal<Asking>, again: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let (words, session) = (words(), session());
    let (changing, parting, resetting) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| {
        asking.with(|asking| {
            changing.set(matches!(asking, Asking::Grants(_)));
            parting.set(matches!(asking, Asking::Part(_)));
            resetting.set(matches!(asking, Asking::Reset(_)));
        });
    });
    // A dialog that was closed by its key has been answered.
    Effect::new(move |before: Option<bool>| {
        let open = changing.get() || parting.get() || resetting.get();
        if before == Some(true) && !open {
            asking.set(Asking::Nothing);
        }
        open
    });
    let done = move || {
        asking.set(Asking::Nothing);
        again();
    };
    let close = move || asking.set(Asking::Nothing);
    let grants = move || match (asking.get(), session.me()) {
        (Asking::Grants(member), Some(me)) => Some(view! { <GrantsForm me member done close /> }),
        _ => None,
    };
    let part = move || match asking.get() {
        Asking::Part(member) => Some(view! { <PartForm member done close /> }),
        Asking::Nothing | Asking::Grants(_) | Asking::Reset(_) => None,
    };
    let reset = move || match asking.get() {
        Asking::Reset(member) => Some(view! { <ResetForm member close /> }),
        Asking::Nothing | Asking::Grants(_) | Asking::Part(_) => None,
    };
    view! {
        <Dialog open=changing title=words.t("team.change.title")>{grants}</Dialog>
        <Dialog open=parting title=words.t("team.part.title")>{part}</Dialog>
        <Dialog open=resetting title=words.t("reset.make")>{reset}</Dialog>
    }
}

#[component]
fn PartForm(
    member: MemberView,
    done: impl Fn() + Copy + Send + 'static,
    close: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let (words, api, announcer, form) = (words(), api(), announcer(), Form::new());
    let text = words.fill("team.part.text", &[("name", &member.name)]);
    let address = ["/api/v1/members/", &member.id.to_hex()].concat();
    let part = move |_| {
        let address = address.clone();
        form.send(async move { api.delete(&address).await }, move |()| {
            announcer.say(words.t("team.parted"));
            done();
        });
    };
    let busy = move || form.busy.get().then_some("true");
    view! {
        <p>{text}</p>
        <FormTrouble form />
        <div class="acts">
            <button type="button" class="btn" on:click=move |_| close()>{words.t("cancel")}</button>
            <button type="button" class="btn grave" aria-busy=busy on:click=part>{words.t("team.part.go")}</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_two_letters_at_most() {
        assert_eq!(initials("Ada Lovelace"), "AL");
        assert_eq!(initials("élodie de la tour"), "ÉD");
        assert_eq!(initials(""), "");
    }
}
