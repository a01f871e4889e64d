//! What the console and the server say to each other about the team: who is signed in, who belongs to it, who did what.

use serde::{Deserialize, Serialize};

use crate::ids::{BrandId, MemberId, PublicId};
use crate::team::{Grant, Right};
use crate::time::Timestamp;

/// Signing in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// The e-mail address, in any case.
    pub email: String,
    /// The password.
    pub password: String,
    /// Six digits of the authenticator, or one of the recovery codes; asked for where one is set up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Who is signed in. Without a session there is nobody, and `signed_in` is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionReply {
    /// The member, if one is signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in: Option<Me>,
    /// Whether the installation has no member yet: the link that the first start printed makes the first.
    pub empty: bool,
}

/// The member who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// Public id.
    pub id: MemberId,
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// What they may do, and where.
    pub grants: Vec<Grant>,
    /// Brands they may see, by id.
    pub brands: Vec<BrandSummary>,
    /// Whether signing in asks for a code of an authenticator.
    pub authenticator: bool,
    /// Recovery codes that were not used yet.
    pub recovery_codes: u32,
    /// When this session ends unless it is used.
    pub until: Timestamp,
}

/// A brand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BrandSummary {
    /// Its id.
    pub id: BrandId,
    /// Its name, as its newest campaign writes it.
    pub name: String,
}

/// One session of the member who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// Public id.
    pub id: PublicId,
    /// Browser and system, as far as they told (`Firefox on Linux`).
    pub device: String,
    /// When it began.
    pub began: Timestamp,
    /// When it was used last, to the hour.
    pub seen: Timestamp,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// All sessions of the member who asks, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionList {
    /// The sessions.
    pub sessions: Vec<SessionView>,
}

/// A new name, address or password; what is absent stays.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileChange {
    /// The password of now: needed for a new address or password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_password: Option<String>,
    /// Another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = Email))]
    pub email: Option<String>,
    /// Another password; all other sessions end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_password: Option<String>,
}

/// Proves that it is the member who asks.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordProof {
    /// The password of now.
    pub password: String,
}

/// An authenticator to set up. Nothing is in force before a code of it is confirmed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuthenticatorOffer {
    /// The secret in base32, for typing.
    pub secret: String,
    /// The same as `otpauth:` address.
    pub address: String,
    /// The address as QR code: an SVG document.
    pub picture: String,
}

/// Confirms an authenticator.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuthenticatorProof {
    /// The secret that was offered.
    pub secret: String,
    /// Six digits it shows now.
    pub code: String,
    /// The password of now.
    pub password: String,
}

/// Codes that each stand once for the authenticator. Shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// The codes.
    pub codes: Vec<String>,
}

/// A member, as the team sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberView {
    /// Public id.
    pub id: MemberId,
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// What they may do, and where: as far as the one who asks may know.
    pub grants: Vec<Grant>,
    /// Since when.
    pub joined: Timestamp,
    /// Whether signing in asks for a code of an authenticator.
    pub authenticator: bool,
}

/// An invitation that was not used yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationView {
    /// Public id; not what opens it.
    pub id: PublicId,
    /// What it gives.
    pub grant: Grant,
    /// For whom, in the words of the one who invited.
    pub note: String,
    /// Until when it can be used.
    pub until: Timestamp,
}

/// The team, as far as the one who asks may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamList {
    /// Members, by name.
    pub members: Vec<MemberView>,
    /// Open invitations, the newest first.
    pub invitations: Vec<InvitationView>,
}

/// Invites somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invite {
    /// What they will be allowed.
    pub grant: Grant,
    /// For whom; only the team reads it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 120, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]*$"))]
    pub note: String,
    /// Address to which the link is sent; absent: whoever invites hands it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = Email))]
    pub email: Option<String>,
}

/// Asks for a link for a new password, by mail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LostPassword {
    /// The member's e-mail address.
    pub email: String,
}

/// An invitation was made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invited {
    /// Public id.
    pub id: PublicId,
    /// What to send to the one invited; it works once and is shown once.
    pub link: String,
    /// Until when it can be used.
    pub until: Timestamp,
}

/// What opens an invitation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationToken {
    /// The last part of the link.
    pub token: String,
}

/// What an invitation gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationOffer {
    /// The role, and where.
    pub grant: Grant,
    /// The brand's name; absent for the whole installation, and before the brand's first campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand_name: Option<String>,
    /// Host name of the installation.
    pub host: String,
    /// Until when it can be used.
    pub until: Timestamp,
}

/// Takes an invitation up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Join {
    /// The last part of the link.
    pub token: String,
    /// Name, as the team will read it.
    pub name: String,
    /// E-mail address to sign in with.
    #[cfg_attr(feature = "openapi", schema(format = Email))]
    pub email: String,
    /// A password of 12 characters or more.
    pub password: String,
}

/// A link for a new password was made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResetLink {
    /// What to hand to the member; it works once and is shown once.
    pub link: String,
    /// Until when it can be used.
    pub until: Timestamp,
}

/// Sets a new password by such a link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewPassword {
    /// The last part of the link.
    pub token: String,
    /// The new password.
    pub password: String,
    /// Six digits of the authenticator, or a recovery code: asked for where one is set up and the link came by mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Gives a member other roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantsChange {
    /// All roles the member shall have in the brands that the one who asks looks after; others stay.
    pub grants: Vec<Grant>,
}

/// A token for a program: some of its maker's rights, never more than they have at the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenView {
    /// Public id.
    pub id: PublicId,
    /// What it is for.
    pub label: String,
    /// What it allows.
    pub rights: Vec<Right>,
    /// Where; absent: wherever its maker may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<BrandId>,
    /// When it was made.
    pub made: Timestamp,
    /// Until when it counts; absent: until it is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// The tokens of the member who asks, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenList {
    /// The tokens.
    pub tokens: Vec<TokenView>,
}

/// Makes a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewToken {
    /// What it is for.
    #[cfg_attr(
        feature = "openapi",
        schema(
            max_length = 80,
            pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\s\\x00-\\x1f\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f]*$"
        )
    )]
    pub label: String,
    /// What it is to allow.
    pub rights: Vec<Right>,
    /// Where; absent: wherever its maker may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<BrandId>,
    /// Days that it counts, 1 to 3,650; absent: until it is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "super::whole_if_any")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 3650))]
    pub days: Option<u16>,
}

/// A token was made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeToken {
    /// What is kept of it.
    pub token: TokenView,
    /// What goes behind `Bearer`; shown once.
    pub secret: String,
}

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Its number, from 0 on without a gap.
    pub n: u64,
    /// When.
    pub at: Timestamp,
    /// Who: a member's id, `owner-token`, `anybody` or `server`.
    pub actor: String,
    /// Their name; absent where nobody of that id belongs to the team any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_name: Option<String>,
    /// What, as a stable name (`campaign.applied`).
    pub action: String,
    /// In which brand; absent: in the installation as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<BrandId>,
    /// To what: an id or a slug.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// What else is worth knowing; never personal data.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// SHA-256 of this line as it stands in the store, in hex: the next line carries it as `prev`.
    pub hash: String,
}

/// A page of the audit log, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// The lines that match.
    pub entries: Vec<AuditEntry>,
    /// Give this as `before` for the next page; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// Never in a log line: what is secret in these, and who it is about.
macro_rules! silent {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(secret)"))
            }
        }
    )*};
}

silent!(
    SignIn,
    ProfileChange,
    PasswordProof,
    AuthenticatorOffer,
    AuthenticatorProof,
    RecoveryCodes,
    Invited,
    MadeToken,
    InvitationToken,
    Join,
    ResetLink,
    LostPassword,
    NewPassword
);
