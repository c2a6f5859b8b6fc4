title = Immunoglobuline na CAR-T

summary-low = IgG { $value } g/L na CAR-T: overweeg immunoglobulinesubstitutie; let op infecties.
summary-low-substituted = IgG { $value } g/L na CAR-T, onder immunoglobuline: controleer dosis en interval.
summary-low-long-ago = IgG { $value } g/L na CAR-T, de laatste { $igg-interval-months } maanden niet bepaald: bepaal IgG opnieuw.
summary-not-measured = IgG na CAR-T de laatste { $igg-interval-months } maanden niet bepaald: bepaal IgG.
summary-unclear = IgG na CAR-T vastgelegd, maar eenheid, waarde of datum geeft geen uitsluitsel: controleer, of bepaal IgG opnieuw.
summary-unclear-window = IgG na CAR-T laag of niet recent bepaald; datum van CAR-T niet exact: controleer de datum en IgG.

advice-monitor = Hier aangehouden: IgG ten minste elke { $igg-interval-months } maanden; substitutie onder { $low-igg } g/L, vooral bij ernstige of terugkerende infecties.

criterion-window = CAR-T ≤ { $b-cell-recovery-years } jaar geleden
criterion-low = IgG < { $low-igg } g/L
criterion-due = Dag { $first-igg-days } na CAR-T bereikt
criterion-measured = IgG bepaald, laatste { $igg-interval-months } maanden
criterion-substitution = Immunoglobuline in gebruik

gap-not-measured = IgG niet bepaald
gap-bound = geen uitsluitsel door { $what }

suggest-measure = IgG-bepaling
