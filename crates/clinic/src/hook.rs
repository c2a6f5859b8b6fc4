//! The hooks that rules are asked on.

/// The hooks that rules are asked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hook {
    /// A chart is opened.
    PatientView,
    /// Orders are picked.
    OrderSelect,
    /// Orders are about to be signed.
    OrderSign,
    /// An encounter starts.
    EncounterStart,
    /// A patient goes home.
    EncounterDischarge,
    /// Orders that are signed are sent to whoever is to carry them out.
    OrderDispatch,
    /// Appointments are booked.
    AppointmentBook,
}

impl Hook {
    /// Every hook.
    pub const ALL: [Self; 7] = [
        Self::PatientView,
        Self::OrderSelect,
        Self::OrderSign,
        Self::OrderDispatch,
        Self::EncounterStart,
        Self::EncounterDischarge,
        Self::AppointmentBook,
    ];

    /// The hook's name in CDS Hooks.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PatientView => "patient-view",
            Self::OrderSelect => "order-select",
            Self::OrderSign => "order-sign",
            Self::OrderDispatch => "order-dispatch",
            Self::EncounterStart => "encounter-start",
            Self::EncounterDischarge => "encounter-discharge",
            Self::AppointmentBook => "appointment-book",
        }
    }

    /// The hook with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hook| hook.name() == name)
    }

    /// The version of its definition that a service of ours implements (`hookVersion` of CDS Hooks 3), as the definition prints it.
    #[must_use]
    pub fn version(self) -> &'static str {
        match self {
            Self::OrderDispatch => "1.1",
            Self::PatientView
            | Self::OrderSelect
            | Self::OrderSign
            | Self::EncounterStart
            | Self::EncounterDischarge
            | Self::AppointmentBook => "1.0",
        }
    }

    /// Whether it is about orders: drafted, or on their way to whoever carries them out.
    #[must_use]
    pub fn is_order(self) -> bool {
        matches!(self, Self::OrderSelect | Self::OrderSign | Self::OrderDispatch)
    }
}
