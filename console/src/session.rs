//! Who is signed in, and what may they do? What is hidden here the server refuses all the same.

use fanfare_shared::ids::BrandId;
use fanfare_shared::team::{self, Grant, Right};
use fanfare_shared::wire::account::{Me, SessionReply};
use leptos::prelude::*;

use crate::api::{Answer, Api, Fault};

/// Where the session stands.
#[derive(Debug, Clone, PartialEq)]
enum Who {
    /// The server was not heard yet.
    Unknown,
    /// It could not be heard.
    Failed(Fault),
    /// Nobody; whether the installation has no member at all.
    Nobody {
        empty: bool,
    },
    Member(Box<Me>),
}

/// What of it decides on which kind of page is drawn: a change of one's own name draws nothing anew.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Phase {
    /// Not known yet.
    Unknown,
    /// Not to be known now.
    Failed(Fault),
    /// Nobody is signed in; whether the installation has no member at all.
    Nobody { empty: bool },
    /// Somebody is.
    Member,
}

/// The session of this page. Free to copy into every closure.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    who: RwSignal<Who>,
    /// What the brand's directory is called, where members may sign in by it.
    pub(crate) elsewhere: RwSignal<Option<String>>,
    /// The client: it learns first when the session has ended.
    pub(crate) api: Api,
}

/// The session of the page that is being drawn.
pub(crate) fn session() -> Session {
    use_context().unwrap_or_else(|| Session::new(crate::api::api()))
}

impl Session {
    pub(crate) fn new(api: Api) -> Self {
        Self { who: RwSignal::new(Who::Unknown), elsewhere: RwSignal::new(None), api }
    }

    /// Takes what the server says of it.
    pub(crate) fn take(self, answer: Answer<SessionReply>) {
        if let Ok(SessionReply { elsewhere, .. }) = &answer {
            self.elsewhere.set(elsewhere.clone());
        }
        self.who.set(match answer {
            Ok(SessionReply { signed_in: Some(me), .. }) => Who::Member(Box::new(me)),
            Ok(SessionReply { signed_in: None, empty, .. }) => Who::Nobody { empty },
            Err(Fault::Expired) => Who::Nobody { empty: false },
            Err(fault) => Who::Failed(fault),
        });
    }

    /// One's own new name, address or means of signing in.
    pub(crate) fn changed(self, me: Me) {
        self.who.set(Who::Member(Box::new(me)));
    }

    pub(crate) fn phase(self) -> Phase {
        self.who.with(|who| match who {
            Who::Unknown => Phase::Unknown,
            Who::Failed(fault) => Phase::Failed(fault.clone()),
            Who::Nobody { empty } => Phase::Nobody { empty: *empty },
            Who::Member(_) => Phase::Member,
        })
    }

    /// The member who is signed in.
    pub(crate) fn me(self) -> Option<Me> {
        self.who.with(|who| if let Who::Member(me) = who { Some((**me).clone()) } else { None })
    }

    /// The same for what is drawn once: a later change of it draws nothing anew.
    pub(crate) fn me_now(self) -> Option<Me> {
        untrack(|| self.me())
    }

    fn grants(self, asks: impl FnOnce(&[Grant]) -> bool) -> bool {
        self.who.with(|who| if let Who::Member(me) = who { asks(&me.grants) } else { false })
    }

    /// Whether this is allowed in a brand, or in the installation as a whole.
    pub(crate) fn may(self, right: Right, brand: Option<&BrandId>) -> bool {
        self.grants(|grants| team::allowed(grants, right, brand))
    }

    /// Whether this is allowed anywhere.
    pub(crate) fn may_somewhere(self, right: Right) -> bool {
        self.grants(|grants| team::allowed_somewhere(grants, right))
    }
}

/// A brand's name; its id where nobody wrote a name yet.
pub(crate) fn brand_name(me: &Me, brand: &BrandId) -> String {
    let known = me.brands.iter().find(|known| known.id == *brand);
    known.map_or_else(|| brand.to_string(), |known| known.name.clone())
}

/// Where a member may say who does what: all brands as one place first, if that is theirs too.
pub(crate) fn places(me: &Me) -> Vec<Option<BrandId>> {
    let whole = std::iter::once(None);
    let brands = me.brands.iter().map(|brand| Some(brand.id.clone()));
    whole.chain(brands).filter(|place| team::allowed(&me.grants, Right::Team, place.as_ref())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_shared::ids::MemberId;
    use fanfare_shared::team::Role;
    use fanfare_shared::time::Timestamp;
    use fanfare_shared::wire::account::BrandSummary;

    fn me(grants: &[(Option<&str>, Role)]) -> Me {
        let brand = |id: &str| BrandSummary { id: id.parse().unwrap(), name: id.to_uppercase() };
        Me {
            id: MemberId::new([1; 16]),
            name: "Ada".into(),
            email: "ada@example.org".into(),
            grants: grants
                .iter()
                .map(|(brand, role)| Grant { brand: brand.map(|id| id.parse().unwrap()), role: *role })
                .collect(),
            brands: vec![brand("aurora"), brand("boreale")],
            authenticator: false,
            recovery_codes: 0,
            until: Timestamp(0),
        }
    }

    #[test]
    fn an_owner_of_one_brand_invites_to_that_one_alone() {
        let place = |id: &str| Some(id.parse().unwrap());
        assert_eq!(places(&me(&[(Some("aurora"), Role::Owner)])), [place("aurora")]);
        assert_eq!(places(&me(&[(None, Role::Owner)])), [None, place("aurora"), place("boreale")]);
        assert_eq!(places(&me(&[(None, Role::Editor)])), []);
    }

    #[test]
    fn a_brand_without_a_name_is_called_by_its_id() {
        let me = me(&[]);
        assert_eq!(brand_name(&me, &"aurora".parse().unwrap()), "AURORA");
        assert_eq!(brand_name(&me, &"new".parse().unwrap()), "new");
    }
}
