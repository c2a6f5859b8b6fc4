title = Immunoglobulin after CAR-T

summary-low = IgG { $value } g/L after CAR-T: consider immunoglobulin substitution; watch for infections.
summary-low-substituted = IgG { $value } g/L after CAR-T, on immunoglobulin: check dose and interval.
summary-low-long-ago = IgG { $value } g/L after CAR-T, not measured in the last { $igg-interval-months } months: measure IgG again.
summary-not-measured = IgG not measured in the last { $igg-interval-months } months after CAR-T: measure IgG.
summary-unclear = IgG after CAR-T on record, but unit, value or date does not tell: check it, or measure IgG again.
summary-unclear-window = IgG after CAR-T low or not measured lately; date of CAR-T not exact: check the date and IgG.

advice-monitor = Used here: IgG at least every { $igg-interval-months } months; substitution below { $low-igg } g/L, above all with serious or recurrent infections.

criterion-window = CAR-T ≤ { $b-cell-recovery-years } years ago
criterion-low = IgG < { $low-igg } g/L
criterion-due = Day { $first-igg-days } after CAR-T reached
criterion-measured = IgG measured, last { $igg-interval-months } months
criterion-substitution = Immunoglobulin in use

gap-not-measured = IgG not measured
gap-bound = not settled by { $what }

suggest-measure = IgG measurement
