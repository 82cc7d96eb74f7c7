-- Whether the registrar showed the domain in our account at the last survey; null while nobody asked.
alter table moving_domain add column managed boolean;
