; Definitions
(function_definition name: (word) @name) @function

; References
(command name: (command_name (word) @ref))
