; Definitions
(class_definition name: (identifier) @name) @class
(object_definition name: (identifier) @name) @class
(trait_definition name: (identifier) @name) @trait
(enum_definition name: (identifier) @name) @enum
(type_definition name: (type_identifier) @name) @type
(function_definition name: (identifier) @name) @function
(function_declaration name: (identifier) @name) @function

; References
(call_expression function: [(identifier) @ref (field_expression field: (identifier) @ref) (generic_function function: (identifier) @ref)])
(instance_expression (type_identifier) @ref)
(extends_clause type: [(type_identifier) @ref (generic_type type: (type_identifier) @ref)])
(parameter type: (type_identifier) @ref)
(class_parameter type: (type_identifier) @ref)
(function_definition return_type: (type_identifier) @ref)
(type_arguments (type_identifier) @ref)
