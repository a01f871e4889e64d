//! Which part of the queue is looked at? It stands in the page's address, so that it can be kept, shared and gone back to.

use crate::api::in_query;

/// What of the queue is asked for, each as the server takes it; empty: anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct View {
    /// `done`, or what waits.
    pub(super) state: String,
    /// `me`, `nobody`, or a member's id.
    pub(super) assignee: String,
    /// `true`, or all.
    pub(super) late: String,
    pub(super) kind: String,
    pub(super) campaign: String,
    pub(super) brand: String,
}

/// Cases in a page.
const PAGE: &str = "limit=50";

impl View {
    /// The view that an address tells; `told` gives the value of a name.
    pub(super) fn of<'a>(told: impl Fn(&str) -> Option<&'a str>) -> Self {
        let get = |name: &str| told(name).unwrap_or_default().to_owned();
        Self {
            state: get("state"),
            assignee: get("assignee"),
            late: get("late"),
            kind: get("kind"),
            campaign: get("campaign"),
            brand: get("brand"),
        }
    }

    fn parts(&self) -> [(&'static str, &str); 6] {
        [
            ("state", &self.state),
            ("assignee", &self.assignee),
            ("late", &self.late),
            ("kind", &self.kind),
            ("campaign", &self.campaign),
            ("brand", &self.brand),
        ]
    }

    /// The view of a kept query: no value in it needs an encoding.
    pub(super) fn read(query: &str) -> Self {
        let pairs = || query.split('&').filter_map(|pair| pair.split_once('='));
        Self::of(|wanted| pairs().find(|(name, _)| *name == wanted).map(|(_, value)| value))
    }

    /// The filters as they stand in an address, without the `?`.
    pub(super) fn query(&self) -> String {
        let parts = self.parts().into_iter().filter(|(_, value)| !value.is_empty());
        let parts = parts.map(|(name, value)| [name, "=", &in_query(value)].concat());
        parts.collect::<Vec<_>>().join("&")
    }

    /// What the server is asked.
    pub(super) fn asked(&self, after: Option<&str>) -> String {
        let query = self.query();
        let after = after.map(|after| ["&after=", after].concat()).unwrap_or_default();
        let and = if query.is_empty() { "" } else { "&" };
        ["/api/v1/queue?", PAGE, and, &query, &after].concat()
    }

    /// The page's address below the console, with a case opened where one is named.
    pub(super) fn address(&self, case: Option<&str>) -> String {
        let mut parts = self.query();
        if let Some(case) = case {
            let and = if parts.is_empty() { "" } else { "&" };
            parts = [&parts, and, "case=", case].concat();
        }
        if parts.is_empty() { String::from("/queue") } else { ["/queue?", &parts].concat() }
    }

    /// Whether it is one of those that everybody has.
    pub(super) fn is_usual(&self) -> bool {
        usual().iter().any(|(_, view)| view == self)
    }
}

/// The views that everybody has, by the key of their name.
pub(super) fn usual() -> [(&'static str, View); 5] {
    let view = View::default;
    [
        ("queue.view.open", view()),
        ("queue.view.mine", View { assignee: "me".into(), ..view() }),
        ("queue.view.nobody", View { assignee: "nobody".into(), ..view() }),
        ("queue.view.late", View { late: "true".into(), ..view() }),
        ("queue.view.done", View { state: "done".into(), ..view() }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_its_address() {
        let view = View { late: "true".into(), campaign: "aurora".into(), ..View::default() };
        assert_eq!(view.address(Some("ab")), "/queue?late=true&campaign=aurora&case=ab");
        assert_eq!(View::read("late=true&campaign=aurora&case=ab"), view);
        assert_eq!(view.asked(Some("7f")), "/api/v1/queue?limit=50&late=true&campaign=aurora&after=7f");
        assert_eq!(View::default().address(None), "/queue");
        assert!(View::default().is_usual() && !view.is_usual());
    }
}
