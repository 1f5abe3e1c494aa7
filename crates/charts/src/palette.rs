//! The window's colours.

/// A colour with its opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ink {
    pub(crate) rgb: (u8, u8, u8),
    pub(crate) alpha: f64,
}

impl Ink {
    const fn of(rgb: u32) -> Self {
        let [_, red, green, blue] = rgb.to_be_bytes();
        Self { rgb: (red, green, blue), alpha: 1.0 }
    }
}

/// What lies behind a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backdrop {
    /// The palette's own surface, for a file.
    Filled,
    /// Nothing: the window's surface shows through. A bitmap is always filled.
    Clear,
}

/// The colours of a chart: green Yes, amber Maybe, red No, grey no answer, indigo for what the organizer did.
#[derive(Clone, Debug)]
pub struct Palette {
    /// Whether the surface is drawn.
    pub backdrop: Backdrop,
    pub(crate) surface: Ink,
    pub(crate) ink: Ink,
    pub(crate) muted: Ink,
    pub(crate) hairline: Ink,
    pub(crate) accent: Ink,
    pub(crate) fills: [Ink; 4],
    pub(crate) on_fills: [Ink; 4],
}

impl Palette {
    /// For a light surface.
    #[must_use]
    pub const fn light() -> Self {
        Self {
            backdrop: Backdrop::Clear,
            surface: Ink::of(0xff_ff_ff),
            ink: Ink::of(0x1b_1b_22),
            muted: Ink::of(0x63_63_70),
            hairline: Ink::of(0xe4_e4_ea),
            accent: Ink::of(0x4f_46_e5),
            fills: [Ink::of(0x1f_8a_4c), Ink::of(0xf0_b4_2e), Ink::of(0xd2_3b_3b), Ink::of(0xba_ba_c6)],
            on_fills: [Ink::of(0xff_ff_ff), Ink::of(0x3d_2a_00), Ink::of(0xff_ff_ff), Ink::of(0x2a_2a_33)],
        }
    }

    /// For a dark surface.
    #[must_use]
    pub const fn dark() -> Self {
        Self {
            backdrop: Backdrop::Clear,
            surface: Ink::of(0x17_17_1c),
            ink: Ink::of(0xf2_f2_f5),
            muted: Ink::of(0xa3_a3_b0),
            hairline: Ink::of(0x34_34_3e),
            accent: Ink::of(0x8f_8a_ff),
            fills: [Ink::of(0x3f_b9_73), Ink::of(0xf2_bd_48), Ink::of(0xf0_70_70), Ink::of(0x5a_5a_69)],
            on_fills: [Ink::of(0x05_26_14), Ink::of(0x33_24_00), Ink::of(0x2e_05_05), Ink::of(0xe6_e6_ec)],
        }
    }

    /// The same colours on their own surface, for a file.
    #[must_use]
    pub const fn filled(mut self) -> Self {
        self.backdrop = Backdrop::Filled;
        self
    }
}
