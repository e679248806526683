"""The running bot: what is open, polling, periodic tasks, working on jobs, and stopping without losing any."""
