"""What becomes of summonses when processes are killed and other sides fail: `make fault-matrix`, `make soak`."""
