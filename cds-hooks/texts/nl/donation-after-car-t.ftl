title = Donatie na CAR-T

summary-order = Patiënt kreeg CAR-T: donatie van bloed, organen, weefsels of cellen is niet toegestaan. Verwijder deze order.
summary-order-probable = CAR-T waarschijnlijk gegeven (infusie niet vastgelegd): na CAR-T is donatie niet toegestaan. Controleer vóór ondertekenen.
summary-order-history-in-words = CAR-T staat alleen in woorden in het dossier: na CAR-T is donatie niet toegestaan. Controleer vóór ondertekenen.
summary-order-named = Geen donatie na CAR-T. Is dit een donatie? { $order }
summary-booking = Patiënt kreeg CAR-T: donatie van bloed, organen, weefsels of cellen is niet toegestaan. Plan deze afspraak niet.
summary-booking-probable = CAR-T waarschijnlijk gegeven (infusie niet vastgelegd): na CAR-T is donatie niet toegestaan. Controleer vóór het plannen.
summary-booking-history-in-words = CAR-T staat alleen in woorden in het dossier: na CAR-T is donatie niet toegestaan. Controleer vóór het plannen.
summary-registered = Donorregistratie of donorwens vastgelegd: na CAR-T mag doneren niet. Bespreek dit en werk het dossier bij.
summary-registered-probable = Donorregistratie of -wens vastgelegd, CAR-T waarschijnlijk gegeven (infusie niet vastgelegd): dan geen donatie. Controleer.

criterion-donation = Donatie in de order
criterion-booking = Donatie in de afspraak
criterion-registered = Donorregistratie of donorwens
criterion-car-t = CAR-T in de voorgeschiedenis

remark-infusion-not-recorded = order voltooid, infusie niet vastgelegd
remark-date-not-recorded = de datum is niet vastgelegd
remark-post-mortem-donor = donor na overlijden volgens de patiëntgegevens

context-no-end-date = De bron noemt geen einddatum.
context-own-cells = Afname van eigen cellen, bloed of weefsel is geen donatie: vermeld dat als reden van de order.
context-own-cells-booking = Afname van eigen cellen, bloed of weefsel is geen donatie: vermeld dat als reden van de afspraak.
context-registration = Het landelijke Donorregister kan anders zijn.

suggest-remove = Verwijder { $order }
