-- The key to which a device's token is bound; none for one that was paired without.
ALTER TABLE devices ADD COLUMN key_thumbprint TEXT;
ALTER TABLE devices ADD COLUMN key_base TEXT;
