; Definitions
(class_declaration name: (identifier) @name) @class
(interface_declaration name: (identifier) @name) @interface
(annotation_type_declaration name: (identifier) @name) @interface
(enum_declaration name: (identifier) @name) @enum
(record_declaration name: (identifier) @name) @class
(method_declaration name: (identifier) @name) @method
(constructor_declaration name: (identifier) @name) @constructor

; References
(method_invocation name: (identifier) @ref)
(object_creation_expression type: [(type_identifier) @ref (generic_type (type_identifier) @ref) (scoped_type_identifier (type_identifier) @ref .)])
(method_reference (identifier) @ref .)
(superclass [(type_identifier) @ref (generic_type (type_identifier) @ref)])
(type_list [(type_identifier) @ref (generic_type (type_identifier) @ref)])
(field_declaration type: [(type_identifier) @ref (generic_type (type_identifier) @ref)])
(formal_parameter type: [(type_identifier) @ref (generic_type (type_identifier) @ref)])
(local_variable_declaration type: [(type_identifier) @ref (generic_type (type_identifier) @ref)])
(method_declaration type: [(type_identifier) @ref (generic_type (type_identifier) @ref)])
(type_arguments (type_identifier) @ref)
(annotation name: (identifier) @ref)
(marker_annotation name: (identifier) @ref)
