//! What does a page's Content-Security-Policy let the widget do? Policies as the browsers read them (CSP Level 3), as far
//! as scripts, connections, frames and Trusted Types go.

/// One policy: directives in order, the first of a name counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy(Vec<(String, Vec<String>)>);

impl Policy {
    /// The policies of one header or `<meta>`: a comma begins another.
    #[must_use]
    pub fn all(text: &str) -> Vec<Self> {
        text.split(',').map(Self::one).filter(|policy| !policy.0.is_empty()).collect()
    }

    fn one(text: &str) -> Self {
        let mut directives: Vec<(String, Vec<String>)> = Vec::new();
        for directive in text.split(';') {
            let mut words = directive.split_ascii_whitespace();
            let Some(name) = words.next().map(str::to_ascii_lowercase) else { continue };
            if !directives.iter().any(|(known, _)| *known == name) {
                directives.push((name, words.map(str::to_owned).collect()));
            }
        }
        Self(directives)
    }

    fn get(&self, name: &str) -> Option<&[String]> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, values)| values.as_slice())
    }

    /// The sources that govern something, with the name of the directive they stand in; none where it is not governed.
    #[must_use]
    pub fn sources(&self, need: Need) -> Option<(&'static str, Sources<'_>)> {
        let of = |name: &&'static str| self.get(name).map(|values| (*name, Sources(values)));
        need.directives().iter().find_map(of)
    }

    /// The names of Trusted Types policies that may be made, where markup from strings is forbidden; none where it is not.
    #[must_use]
    pub fn trusted_types(&self) -> Option<&[String]> {
        let required = self.get("require-trusted-types-for")?;
        required.iter().any(|sink| sink == "'script'").then(|| self.get("trusted-types").unwrap_or_default())
    }

    /// Whether a policy of this name may be made.
    #[must_use]
    pub fn allows_type(&self, name: &str) -> bool {
        let Some(names) = self.trusted_types() else { return true };
        // Required, and no list: any name.
        self.get("trusted-types").is_none() || names.iter().any(|allowed| allowed == "*" || allowed == name)
    }
}

/// What the widget does that a policy may govern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The loader and its parts.
    Script,
    /// Compiling WebAssembly. `script-src-elem` has no say in it.
    Compile,
    /// Asking the server.
    Connect,
    /// The hosted page in a frame.
    Frame,
}

impl Need {
    const fn directives(self) -> &'static [&'static str] {
        match self {
            Self::Script => &["script-src-elem", "script-src", "default-src"],
            Self::Compile => &["script-src", "default-src"],
            Self::Connect => &["connect-src", "default-src"],
            Self::Frame => &["frame-src", "child-src", "default-src"],
        }
    }

    /// The directive to write where none of its own is there yet.
    #[must_use]
    pub const fn directive(self) -> &'static str {
        match self {
            Self::Script | Self::Compile => "script-src",
            Self::Connect => "connect-src",
            Self::Frame => "frame-src",
        }
    }
}

/// A list of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sources<'a>(&'a [String]);

impl Sources<'_> {
    fn has(self, keyword: &str) -> bool {
        self.0.iter().any(|source| source.eq_ignore_ascii_case(keyword))
    }

    /// Whether WebAssembly may be compiled.
    #[must_use]
    pub fn allows_wasm(self) -> bool {
        self.has("'wasm-unsafe-eval'") || self.has("'unsafe-eval'")
    }

    /// Whether a script is trusted by its nonce alone, and addresses count for nothing.
    #[must_use]
    pub fn is_strict(self) -> bool {
        self.has("'strict-dynamic'")
    }

    /// Whether a script with this nonce may run.
    #[must_use]
    pub fn allows_nonce(self, nonce: &str) -> bool {
        !nonce.is_empty() && self.0.iter().any(|source| *source == format!("'nonce-{nonce}'"))
    }

    /// Whether nonces are in use.
    #[must_use]
    pub fn has_nonces(self) -> bool {
        self.0.iter().any(|source| source.starts_with("'nonce-"))
    }

    /// Whether an address may be used from a page of this origin. Both have scheme and host.
    #[must_use]
    pub fn allow(self, address: &str, page: &str) -> bool {
        let Some(address) = Address::parse(address) else { return false };
        self.0.iter().any(|source| {
            if source.eq_ignore_ascii_case("'self'") {
                Address::parse(page).is_some_and(|page| address.is_at(&page))
            } else {
                !source.starts_with('\'') && matches(source, &address, page)
            }
        })
    }

    /// The list with more in it, as one writes it down.
    #[must_use]
    pub fn with(self, more: &[&str]) -> String {
        let kept = self.0.iter().map(String::as_str).filter(|source| !source.eq_ignore_ascii_case("'none'"));
        let new = more.iter().copied().filter(|source| !self.0.iter().any(|known| known == source));
        kept.chain(new).collect::<Vec<_>>().join(" ")
    }
}

/// The parts of an address that sources speak of.
struct Address<'a> {
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
    path: &'a str,
}

impl<'a> Address<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        let (host, port) = split_port(authority);
        Some(Self { scheme, host, port: port.unwrap_or_else(|| own_port(scheme)), path })
    }

    /// Same host, and the same scheme and port or their secure counterparts.
    fn is_at(&self, other: &Self) -> bool {
        let upgraded = other.scheme == "http" && self.scheme == "https";
        self.host.eq_ignore_ascii_case(other.host)
            && (self.scheme == other.scheme && self.port == other.port
                || upgraded && self.port == "443" && other.port == "80")
    }
}

fn own_port(scheme: &str) -> &'static str {
    match scheme {
        "https" | "wss" => "443",
        _ => "80",
    }
}

/// Host and port; the colons of an IPv6 address stand in brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// Whether a source that is no keyword matches (CSP 3, 6.7.2.8).
fn matches(source: &str, address: &Address<'_>, page: &str) -> bool {
    let web = ["http", "https"].contains(&address.scheme);
    if source == "*" {
        return web;
    }
    if let Some(scheme) = source.strip_suffix(':') {
        return fits_scheme(scheme, address.scheme);
    }
    let (scheme, rest) = match source.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None => (page.split_once("://").map_or("https", |(scheme, _)| scheme), source),
    };
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (host, port) = split_port(authority);
    let fits_host = match host.strip_prefix("*.") {
        Some(parent) => address.host.len() > parent.len() + 1 && ends_with(address.host, parent),
        None => host == "*" || host.eq_ignore_ascii_case(address.host),
    };
    let fits_port = match port {
        Some("*") => true,
        Some(port) => port == address.port || port == "80" && address.port == "443",
        None => address.port == own_port(address.scheme),
    };
    let fits_path = match path {
        "" | "/" => true,
        folder if folder.ends_with('/') => address.path.starts_with(folder),
        file => address.path == file,
    };
    fits_scheme(scheme, address.scheme) && fits_host && fits_port && fits_path
}

fn fits_scheme(allowed: &str, scheme: &str) -> bool {
    allowed.eq_ignore_ascii_case(scheme) || allowed.eq_ignore_ascii_case("http") && scheme == "https"
}

fn ends_with(host: &str, parent: &str) -> bool {
    let at = host.len() - parent.len();
    host.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(parent))
        && host.as_bytes().get(at - 1) == Some(&b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://www.brand.example";

    fn allows(policy: &str, need: Need, address: &str) -> bool {
        let policies = Policy::all(policy);
        policies
            .iter()
            .all(|policy| policy.sources(need).is_none_or(|(_, sources)| sources.allow(address, PAGE)))
    }

    #[test]
    fn sources_match_as_the_specification_says() {
        let script = "https://fan.example.org/f.js";
        for (policy, fits) in [
            ("", true),
            ("img-src 'none'", true),
            ("script-src *", true),
            ("script-src https:", true),
            ("script-src http:", true),
            ("script-src https://fan.example.org", true),
            ("script-src HTTPS://FAN.example.org", true),
            ("script-src fan.example.org", true),
            ("script-src fan.example.org:443", true),
            ("script-src fan.example.org:80", true),
            ("script-src fan.example.org:*", true),
            ("script-src http://fan.example.org", true),
            ("script-src *.example.org", true),
            ("script-src https://fan.example.org/f.js", true),
            ("script-src https://fan.example.org/", true),
            ("default-src https://fan.example.org; script-src-elem *", true),
            ("script-src-attr 'none'", true),
            ("SCRIPT-SRC *; script-src 'none'", true),
            ("script-src 'none'", false),
            ("script-src", false),
            ("script-src 'self'", false),
            ("default-src 'self'", false),
            ("script-src https://example.org", false),
            ("script-src *.fan.example.org", false),
            ("script-src *.ample.org", false),
            ("script-src fan.example.org:8443", false),
            ("script-src https://fan.example.org/assets/", false),
            ("script-src https://fan.example.org/f", false),
            ("script-src *, script-src 'self'", false),
            ("script-src wss://fan.example.org", false),
            ("script-src-elem 'self'; script-src *", false),
        ] {
            assert_eq!(allows(policy, Need::Script, script), fits, "{policy}");
        }
        assert!(allows("script-src 'self'", Need::Script, "https://www.brand.example/f.js"));
        assert!(!allows("script-src fan.example.org", Need::Script, "http://fan.example.org/f.js"));
        assert!(allows("connect-src http://[::1]:8080", Need::Connect, "http://[::1]:8080/api"));
        assert!(allows("child-src *; default-src 'none'", Need::Frame, script));
    }

    #[test]
    fn nonces_and_compiling_are_told_apart_from_addresses() {
        let policies =
            Policy::all("script-src 'nonce-abc' 'strict-dynamic'; require-trusted-types-for 'script'");
        let (name, sources) = policies[0].sources(Need::Script).unwrap();
        assert_eq!(name, "script-src");
        assert!(sources.is_strict() && sources.has_nonces() && sources.allows_nonce("abc"));
        assert!(!sources.allows_nonce("") && !sources.allows_wasm());
        assert!(policies[0].allows_type("fanfare"), "any name, where there is no list");
        let policies = Policy::all("require-trusted-types-for 'script'; trusted-types other");
        assert!(!policies[0].allows_type("fanfare"));
        assert!(Policy::all("trusted-types other")[0].allows_type("fanfare"), "nothing is required");
    }

    #[test]
    fn a_longer_list_keeps_what_was_there_and_drops_none() {
        let of = |text: &str| {
            let policy = &Policy::all(text)[0];
            policy.sources(Need::Connect).unwrap().1.with(&["https://fan.example.org"])
        };
        assert_eq!(of("connect-src 'none'"), "https://fan.example.org");
        assert_eq!(of("connect-src 'self' https://fan.example.org"), "'self' https://fan.example.org");
        assert_eq!(of("default-src 'self'"), "'self' https://fan.example.org");
    }
}
