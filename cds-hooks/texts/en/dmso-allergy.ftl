title = DMSO hypersensitivity

summary-ordered = DMSO hypersensitivity on record, and the ordered cells contain DMSO: consult the treatment centre before signing.
summary-booked = DMSO hypersensitivity on record, and the cells to be infused contain DMSO: consult the treatment centre before booking.
summary-allergy-in-words = The cells contain DMSO. Check for DMSO hypersensitivity before the infusion: { $allergy }
summary-named = DMSO hypersensitivity on record or suspected. Check for a cell infusion (contains DMSO): { $order }
summary-unreadable = DMSO hypersensitivity on record, and an order that can't be read: make sure it is no infusion of cells.

advice-consult = The cells are frozen with DMSO (dimethyl sulfoxide), which goes in with the infusion. The sources name no ban; that it is a risk in hypersensitivity is this check's inference. Settle the allergy and the precautions before the infusion.

criterion-ordered = Cell infusion ordered
criterion-booked = Cell infusion booked
criterion-allergy = DMSO hypersensitivity

context-premedication = Before the infusion of CAR-T cells fluids and medicines are given to limit an allergic reaction; the source does not name them, nor say that this suffices in hypersensitivity.
context-graft = The stem-cell graft contains DMSO.
context-donor-cells = The source speaks of the patient's own cells. Donor cells may also be given fresh, without DMSO: ask the stem-cell laboratory.
