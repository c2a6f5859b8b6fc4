title = Overgevoeligheid voor DMSO

summary-ordered = Overgevoeligheid voor DMSO vastgelegd; de cellen in deze order bevatten DMSO: overleg vóór ondertekenen met het behandelcentrum.
summary-booked = Overgevoeligheid voor DMSO vastgelegd; de toe te dienen cellen bevatten DMSO: overleg vóór het plannen met het behandelcentrum.
summary-allergy-in-words = De cellen bevatten DMSO. Ga vóór de infusie na of dit overgevoeligheid voor DMSO is: { $allergy }
summary-named = Overgevoeligheid voor DMSO (mogelijk) vastgelegd. Controleer op celinfusie (bevat DMSO): { $order }
summary-unreadable = Overgevoeligheid voor DMSO vastgelegd, en een onleesbare order: controleer of dit een infusie van cellen is.

advice-consult = Zoek de allergie uit en spreek de voorzorgen af vóór de infusie. De bronnen noemen geen verbod; het risico is een afleiding van deze controle.

criterion-ordered = Infusie van cellen in de order
criterion-booked = Infusie van cellen in de afspraak
criterion-allergy = Overgevoeligheid voor DMSO

context-donor-cells = Donorcellen worden ook vers gegeven, zonder DMSO: vraag het stamcellaboratorium.
