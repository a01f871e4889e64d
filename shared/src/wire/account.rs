//! What the console and the server say to each other about one's own account: signing in, sessions, the proofs of who one
//! is, tokens for programs.

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
    /// What the brand's directory is called, where members sign in by OpenID Connect: `/console/oidc` leads there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<String>,
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

/// Asks for a link for a new password, by mail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LostPassword {
    /// The member's e-mail address.
    pub email: String,
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

silent!(
    SignIn,
    ProfileChange,
    PasswordProof,
    AuthenticatorOffer,
    AuthenticatorProof,
    RecoveryCodes,
    MadeToken,
    ResetLink,
    LostPassword,
    NewPassword
);
