//! What the console and the server say to each other about passkeys. What the browser takes and gives is W3C's (Web
//! Authentication, "JSON serialization"), and is handed on as it is.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::PublicId;
use crate::time::Timestamp;

/// A passkey of the member who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyView {
    /// Public id.
    pub id: PublicId,
    /// How its owner calls it.
    pub label: String,
    /// When it was made.
    pub made: Timestamp,
    /// When somebody signed in by it last; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Timestamp>,
}

/// The passkeys of the member who asks, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyList {
    /// The passkeys.
    pub passkeys: Vec<PasskeyView>,
    /// Whether browsers make passkeys for this installation: its address is a name, and reached by https.
    pub possible: bool,
}

/// What a browser needs for making a passkey, or for signing in by one. It counts for ten minutes and once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyOffer {
    /// Goes back with what the browser gives.
    pub token: String,
    /// `PublicKeyCredentialCreationOptionsJSON`, or `PublicKeyCredentialRequestOptionsJSON`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub options: Value,
}

/// A passkey that a browser has made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewPasskey {
    /// How its owner calls it.
    #[cfg_attr(
        feature = "openapi",
        schema(
            max_length = 80,
            pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\s\\x00-\\x1f\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f]*$"
        )
    )]
    pub label: String,
    /// The offer's.
    pub token: String,
    /// `RegistrationResponseJSON`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub credential: Value,
}

/// Signs in by a passkey.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeySignIn {
    /// The offer's.
    pub token: String,
    /// `AuthenticationResponseJSON`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub credential: Value,
}

silent!(PasskeyOffer, NewPasskey, PasskeySignIn);
