//! What the console and the server say to each other about the team: who belongs to it, who is invited, who did what.

use serde::{Deserialize, Serialize};

use crate::ids::{BrandId, MemberId, PublicId};
use crate::team::Grant;
use crate::time::Timestamp;

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

/// Gives a member other roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantsChange {
    /// All roles the member shall have in the brands that the one who asks looks after; others stay.
    pub grants: Vec<Grant>,
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
    /// The id of the token that the member did it with; absent where they were signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<PublicId>,
    /// What the member calls that token; absent where there is none any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_label: Option<String>,
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

silent!(Invited, InvitationToken, Join);
