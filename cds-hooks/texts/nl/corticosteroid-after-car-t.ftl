title = Corticosteroïd na CAR-T

summary-ordered = { $drug } na CAR-T: systemische corticosteroïden zijn niet toegestaan. Bel eerst { $contact }.
summary-in-use = { $drug } in gebruik na CAR-T: systemische corticosteroïden niet toegestaan. Bel { $contact }.
summary-premedication = { $drug } bij een CAR-T-infusie: geen corticosteroïd als premedicatie. Verwijder het.
summary-mild-crs = { $drug } bij CRS graad { $grade }: geen corticosteroïd bij deze graad. Bel { $contact }.
summary-crs-without-grade = { $drug } bij CRS zonder vastgelegde graad: leg eerst de graad vast; bel { $contact }.
summary-crs-without-tocilizumab = { $drug } bij CRS graad { $grade }, geen tocilizumab vastgelegd in deze episode: eerst tocilizumab.
summary-crs-tocilizumab-unclear = { $drug } bij CRS graad { $grade }: ga na of tocilizumab is gegeven. Dat komt eerst.
summary-crs-after-tocilizumab = { $drug } bij CRS graad { $grade } na tocilizumab: tweede lijn. Weeg af met { $contact }.
summary-icans = { $drug } bij ICANS graad { $grade }: weeg het voordeel af tegen het effect op de CAR-T-cellen.
summary-icans-without-grade = { $drug } bij ICANS: weeg het voordeel af tegen het effect op de CAR-T-cellen.
summary-taper = { $drug } na CAR-T; CRS of ICANS is voorbij: bouw af met { $contact }, stop niet abrupt.
summary-long-ago = { $drug }, meer dan { $corticosteroid-critical-months } maanden na CAR-T: overleg met { $contact }.
summary-other-reason = { $drug } bij bijnierinsufficiëntie of spoed: niet uitstellen of stoppen. Informeer { $contact }.
summary-toxicity-in-words = { $drug } na CAR-T: CRS of ICANS ({ $what })? Ga na, bel { $contact-short }.
summary-local-route = { $drug } na CAR-T: lokale toedieningsweg vermeld. Ga na dat er geen systemisch corticosteroïd is bedoeld.
summary-route = { $drug } na CAR-T: toedieningsweg onduidelijk. Systemische corticosteroïden niet toegestaan: controleer.
summary-uncoded = { $drug } na CAR-T: geen bruikbare code. Controleer of dit een systemisch corticosteroïd is.
summary-unreadable = Onleesbare order na CAR-T: controleer of dit een systemisch corticosteroïd is.

advice-premedication = Na CAR-T zijn corticosteroïden niet toegestaan; de folder noemt er geen als premedicatie.
advice-mild-crs = Bij CRS zijn ze tweede lijn: vanaf graad { $second-line-crs-grade }, na tocilizumab.
advice-tocilizumab-first = Vanaf graad { $second-line-crs-grade }: tocilizumab en ondersteunende zorg. Corticosteroïden zijn tweede lijn.
advice-icans = Corticosteroïden zijn de meest gebruikte behandeling van ICANS, maar remmen de CAR-T-cellen.
advice-other-reason = De beperking na CAR-T geldt voor ander gebruik.
advice-toxicity-in-words = Alleen bij CRS (tweede lijn, na tocilizumab) of ICANS: leg diagnose en graad vast.
advice-local-route = Een deel van een lokale dosis wordt opgenomen: weeg af met { $contact }.
advice-tocilizumab-check = Is tocilizumab in deze episode gegeven? Controleer dosis en tijdstip vóór u het geeft.
advice-long-ago = Na deze tijd weegt het ziekenhuis het per patiënt af.
advice-check = Na CAR-T zijn systemische corticosteroïden niet toegestaan.

summary-car-t-in-words = { $drug }: CAR-T staat alleen in woorden in het dossier. Ga na: na CAR-T geen corticosteroïd.
advice-not-abruptly = Langdurig gebruik niet abrupt stoppen: kans op een bijniercrisis.
advice-suppress = Corticosteroïden remmen de CAR-T-cellen.
remark-not-this-episode = telt niet mee: voorbij, vóór de infusie, zonder datum, of ouder dan { $first-month-after-car-t } dagen

remark-resolved = voorbij, in deze episode
criterion-corticosteroid = Systemisch corticosteroïd
criterion-car-t = CAR-T in de voorgeschiedenis
criterion-car-t-ordered = CAR-T-infusie in dezelfde order
criterion-crs = CRS in deze episode
criterion-icans = ICANS in deze episode
criterion-tocilizumab = Tocilizumab gegeven in deze episode

remark-infusion-not-recorded = order voltooid, infusie niet vastgelegd

context-no-end-date = De bron noemt geen einddatum.
context-call-centre = Spoed? Wacht niet: behandel, en bel { $contact }.

gap-local-route = lokale toedieningsweg vermeld: { $what }
gap-route = toedieningsweg niet vermeld of niet herkend: { $what }
gap-signs = geen diagnose vastgelegd; teken: { $what }
gap-ice-score = geen ICANS vastgelegd; { $what }
gap-grade = graad niet vastgelegd

suggest-tocilizumab = Concept: tocilizumab
suggest-remove = Verwijder { $drug }
note-dose = Dosering volgens lokaal protocol.
