-- DS records at the registry before the cut-over, a line each: a way back says whether they are there again.
alter table moving_domain add column signers_before text;
