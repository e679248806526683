// Looks again every two seconds, and gives up on nothing: the page says by itself when there is an end.
setTimeout(() => location.reload(), 2000);
