-- Says hello; this line stays with the statement.
SELECT 'hello; [world] \n ${x} @y@ $1 "quoted" ''text''' AS greeting
