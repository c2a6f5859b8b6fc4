title = Koorts na celtherapie

summary-car-t-first-month = { $temperature } binnen { $first-month-after-car-t } dagen na CAR-T ({ $date }): bel nu { $contact }; infectie of CRS.
summary-car-t = { $temperature } na CAR-T ({ $date }): bel { $contact }, sluit een infectie uit.
summary-car-t-undated = { $temperature } na CAR-T zonder datum: bel nu { $contact }; infectie of CRS.
summary-ahsct = { $temperature } na stamceltransplantatie ({ $date }): overleg met hematoloog of neuroloog.
summary-ahsct-undated = { $temperature } na stamceltransplantatie: overleg met hematoloog of neuroloog.
summary-mobilisation = { $temperature } tijdens stamcelmobilisatie: bel de afdeling Hematologie.
summary-neutropenia = { $temperature } met neutrofielen { $count } bij celtherapie: neutropene koorts. Behandel nu, bel de hematoloog.
summary-unclear = Temperatuur { $temperature }: eenheid, waarde of tijd onduidelijk. Meet nu opnieuw.

advice-neutropenia = Binnen { $antibiotics-within-hours } uur antibiotica volgens lokaal protocol, na bloedkweken, zonder op uitslagen te wachten.
advice-not-counted = Nu bloedbeeld en bloedkweken. Neutrofielen lager dan { $severe-neutropenia } ×10⁹/L, of ziek: binnen { $antibiotics-within-hours } uur antibiotica (lokaal protocol).

criterion-fever-car-t = Temperatuur > { $fever-after-car-t } °C (na CAR-T)
criterion-fever-ahsct = Temperatuur > { $fever-after-ahsct } °C (na aHSCT)
criterion-fever-mobilisation = Temperatuur > { $fever-in-mobilisation } °C (mobilisatie)
criterion-car-t = CAR-T in de voorgeschiedenis
criterion-ahsct = Transplantatie van eigen stamcellen
criterion-lasts-car-t = ≤ { $call-card-months } maanden geleden, of weinig neutrofielen
criterion-lasts-ahsct = ≤ { $fever-months-after-ahsct } maanden geleden, of weinig neutrofielen
criterion-mobilisation = Stamcellen worden gemobiliseerd
criterion-neutrophils = Neutrofielen < { $severe-neutropenia } ×10⁹/L

gap-donor = eigen of donorcellen: niet vastgelegd
gap-not-measured = geen recente telling
gap-bound = geen uitsluitsel door { $what }

suggest-count = Bloedbeeld met neutrofielen
suggest-blood-cultures = Bloedkweken
