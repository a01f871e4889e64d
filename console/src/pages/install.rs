//! Putting a campaign on a page: what to paste, the address to send, and whether a page lets the widget work.

mod told;

use fanfare_shared::team::Right;
use fanfare_shared::wire::install::{Effect, InstallCheck, InstallCheckRequest, InstallFinding};
use fanfare_shared::wire::overview::CampaignSummary;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use self::told::Told;
use super::campaign::{CampaignPage, Tab};
use crate::api::api;
use crate::browser::Values;
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::chip::Chip;
use crate::parts::copy::Snippet;
use crate::parts::field::Field;
use crate::session::session;
use crate::words::{Words, words};

/// The page.
#[component]
pub(crate) fn Install() -> impl IntoView {
    view! { <CampaignPage tab=Tab::Install content=install /> }
}

fn install(campaign: CampaignSummary) -> impl IntoView {
    let (words, session) = (words(), session());
    let mine = session.may(Right::Edit, Some(&campaign.brand));
    let link = words.t("install.link");
    let picture = ["/c/", campaign.campaign.as_str(), "/code.svg"].concat();
    let origins = campaign.origins.clone();
    let check = mine.then(|| view! { <Check campaign=campaign.campaign.to_string() /> });
    let seen = session.may(Right::Figures, Some(&campaign.brand));
    let told =
        seen.then(|| view! { <Told campaign=campaign.campaign.to_string() origins=origins.clone() /> });
    view! {
        <section class="set">
            <div><h2>{words.t("install.tag")}</h2><p class="soft">{words.t("install.tag.text")}</p></div>
            <div class="part">
                <Snippet text=tag(&campaign, link) what=words.t("install.tag.copy") />
                <details>
                    <summary>{words.t("install.line")}</summary>
                    <Snippet text=one_line(&campaign) what=words.t("install.tag.copy") />
                </details>
                {allowed(words, &campaign, mine)}
            </div>
        </section>
        <section class="set">
            <div><h2>{words.t("install.hosted")}</h2><p class="soft">{words.t("install.hosted.text")}</p></div>
            <div class="beside">
                <img class="picture" src=picture.clone() alt=words.t("install.code.alt") width="176" height="176" />
                <div>
                    <Snippet text=campaign.hosted.clone() what=words.t("install.hosted.copy") />
                    <p class="soft">{words.t("install.code.text")}</p>
                    <a class="btn" href=picture download=[campaign.campaign.as_str(), ".svg"].concat()>
                        {words.t("install.code.save")}
                    </a>
                </div>
            </div>
        </section>
        <section class="set">
            <div><h2>{words.t("install.frame")}</h2><p class="soft">{words.t("install.frame.text")}</p></div>
            <Snippet text=frame(&campaign, link) what=words.t("install.frame.copy") />
        </section>
        {check}
        {told}
    }
}

/// Which pages may send answers: what the tag alone cannot give.
fn allowed(words: Words, campaign: &CampaignSummary, mine: bool) -> impl IntoView + use<> {
    let origins = &campaign.origins;
    if origins.is_empty() {
        let edit = ["/console/campaigns/", campaign.campaign.as_str(), "/edit"].concat();
        let add = mine.then(|| {
            view! { <br /> {words.t("install.origins.add")} " " <a href=edit>{words.t("campaign.edit")}</a> }
        });
        return view! {
            <p class="note warn">
                {words.t("install.origins.none")} " "
                <a href=campaign.hosted.clone() target="_blank" rel="noopener">{words.t("campaign.open")}</a>
                {add}
            </p>
        }
        .into_any();
    }
    let everywhere = origins.iter().any(|origin| origin == "*");
    let text = if everywhere {
        words.t("install.origins.any").to_owned()
    } else {
        words.fill("install.origins", &[("origins", &origins.join(", "))])
    };
    view! { <p class="soft">{text}</p> }.into_any()
}

#[component]
fn Check(campaign: String) -> impl IntoView {
    let (words, api, announcer, form) = (words(), api(), announcer(), Form::new());
    let found = RwSignal::new(None::<InstallCheck>);
    let check = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let page = values.trimmed("page");
        found.set(None);
        // What is no address is not looked at: nothing that could be said of a page would be true.
        let wrong = (!is_address(&page)).then(|| form.lack("page", "check.page.missing"));
        if !form.is_right(wrong.into_iter().collect()) {
            return;
        }
        let address = ["/api/v1/campaigns/", &campaign, "/install-check"].concat();
        let request = InstallCheckRequest { page };
        form.send(async move { api.post(&address, &request).await }, move |check: InstallCheck| {
            announcer.say(words.t(verdict(&check)));
            found.set(Some(check));
        });
    };
    view! {
        <section class="set">
            <div><h2>{words.t("check.title")}</h2><p class="soft">{words.t("check.text")}</p></div>
            <div class="part">
                <form novalidate on:submit=check>
                    <div class="row">
                        <Field
                            form
                            name="page"
                            kind="url"
                            inputmode="url"
                            label=words.t("check.page")
                            placeholder="https://www.brand.example/summer"
                        />
                        <Submit form label=words.t("check.go") class="btn" />
                    </div>
                </form>
                <FormTrouble form />
                {move || found.get().map(|check| outcome(words, check))}
            </div>
        </section>
    }
}

/// Whether a text can be a page's address.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    // Letters of every script are let through: the tables that tell them from signs weigh kilobytes here.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || matches!(byte, b'-' | b'.');
    let whole = name.split('.').all(|part| !part.is_empty()) && name.bytes().all(plain);
    whole && !text.contains(char::is_whitespace)
}

fn verdict(check: &InstallCheck) -> &'static str {
    match (check.works, check.findings.is_empty()) {
        (true, true) => "check.good",
        (true, false) => "check.limited",
        (false, _) => "check.bad",
    }
}

fn outcome(words: Words, check: InstallCheck) -> impl IntoView {
    let tone = match (check.works, check.findings.is_empty()) {
        (true, true) => "note good",
        (true, false) => "note warn",
        (false, _) => "note bad",
    };
    let findings = check.findings.iter().map(|found| finding(words, found)).collect_view();
    view! {
        <p class=tone>{words.t(verdict(&check))}</p>
        <p class="soft">{words.fill("check.where", &[("page", &check.page)])}</p>
        <ul class="findings">{findings}</ul>
    }
}

fn finding(words: Words, finding: &InstallFinding) -> impl IntoView + use<> {
    let (tone, key) = match finding.effect {
        Effect::Stops => ("bad", "check.stops"),
        Effect::Limits => ("warn", "check.limits"),
    };
    let line = finding.line.clone();
    let line = line.map(|text| view! { <Snippet text what=words.t("check.copy") /> });
    view! {
        <li>
            <Chip tone text=words.t(key) />
            <p>{finding.what.clone()}</p>
            {line}
        </li>
    }
}

/// The server's own address: what stands before the path of the hosted page.
fn server(campaign: &CampaignSummary) -> &str {
    campaign.hosted.rsplit_once("/c/").map_or(campaign.hosted.as_str(), |(server, _)| server)
}

/// The tag of docs/EMBED.md.
fn tag(campaign: &CampaignSummary, link: &str) -> String {
    let (id, hosted, server) = (&campaign.campaign, &campaign.hosted, server(campaign));
    format!(
        "<fan-fare campaign=\"{id}\"><a href=\"{hosted}\">{link}</a></fan-fare>\n\
         <script async src=\"{server}/f.js\"></script>"
    )
}

/// The tag for editors that let only scripts through.
fn one_line(campaign: &CampaignSummary) -> String {
    let (id, server) = (&campaign.campaign, server(campaign));
    format!("<script async src=\"{server}/f.js\" data-campaign=\"{id}\"></script>")
}

/// The hosted page in a frame.
fn frame(campaign: &CampaignSummary, title: &str) -> String {
    let hosted = &campaign.hosted;
    format!(
        "<iframe src=\"{hosted}\" title=\"{title}\" width=\"100%\" height=\"720\" style=\"border:0\"></iframe>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn campaign() -> CampaignSummary {
        serde_json::from_str(
            r#"{"campaign":"aurora","brand":"aurora","brand_name":"Aurora","title":{"en":"T"},"languages":["en"],"version":1,"origins":[],"archived":false,"hosted":"https://fan.example.org/c/aurora","activities":[]}"#,
        )
        .unwrap()
    }

    #[test]
    fn what_is_no_address_is_told_apart() {
        for text in ["https://www.brand.example/summer?a=b", "http://localhost:8081", "https://büro.example/"]
        {
            assert!(is_address(text), "{text}");
        }
        for text in [
            "",
            "brand.example",
            "https://",
            "htps://a.example",
            "https://a b.example",
            "https://a..example/",
        ] {
            assert!(!is_address(text), "{text}");
        }
    }

    #[test]
    fn the_tags_are_those_of_the_manual() {
        let manual = include_str!("../../../docs/EMBED.md");
        for line in tag(&campaign(), "Answer our poll").lines() {
            assert!(manual.contains(line), "{line}");
        }
        assert!(manual.contains(&one_line(&campaign())));
        assert!(manual.contains(&frame(&campaign(), "Our poll")));
    }
}
