"""The read side: who asks, about whom, over which days → typed facts and small frames."""
