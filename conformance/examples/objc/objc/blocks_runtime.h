// GNUstep includes it for blocks. The library that has it is not in Debian.
