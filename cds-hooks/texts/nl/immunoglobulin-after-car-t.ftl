title = Immunoglobuline na CAR-T

summary-low = IgG { $value } g/L na CAR-T: overweeg immunoglobulinesubstitutie; let op infecties.
summary-low-substituted = IgG { $value } g/L na CAR-T, onder immunoglobuline: controleer dosis en interval.
summary-low-long-ago = IgG { $value } g/L na CAR-T, de laatste { $months } maanden niet bepaald: bepaal IgG opnieuw.
summary-not-measured = IgG na CAR-T de laatste { $months } maanden niet bepaald: bepaal IgG.
summary-unclear = IgG na CAR-T vastgelegd, maar eenheid, waarde of datum geeft geen uitsluitsel: controleer, of bepaal IgG opnieuw.
summary-unclear-window = IgG na CAR-T laag of niet recent bepaald; datum van CAR-T niet exact: controleer de datum en IgG.

advice-monitor = Na CAR-T wordt aangeraden IgG te controleren en waar nodig te substitueren. Hier aangehouden: IgG vanaf dag { $first }, ten minste elke { $months } maanden; overweeg substitutie onder { $limit } g/L, vooral bij ernstige of terugkerende infecties.

criterion-window = Binnen { $years } jaar na CAR-T
criterion-low = Nieuwste IgG lager dan { $limit } g/L
criterion-measured = IgG bepaald in de laatste { $months } maanden
criterion-substitution = Immunoglobuline in gebruik

gap-not-measured = IgG niet bepaald
gap-bound = de gerapporteerde grens geeft geen uitsluitsel: { $what }

context-infections = Hypogammaglobulinemie geeft een verhoogd risico op opportunistische infecties.
context-b-cells = Anti-CD19-CAR-T leidt tot B-celaplasie; herstel kan tot 3 jaar duren.

suggest-measure = Vraag IgG aan
